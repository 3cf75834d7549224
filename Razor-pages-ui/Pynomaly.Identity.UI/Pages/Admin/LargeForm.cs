using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The one form that carries files is read whole of who may manage the system; from everybody else no more than the usual 64 KB are read.</summary>
internal static class LargeForm
{
    /// <summary>Where it is sent to.</summary>
    public const string Path = Paths.AdminPage + "/imports/new";

    private const int MostFiles = 100;

    /// <summary>Looks who sends it, before anything reads it.</summary>
    public static async Task PrepareAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path == Path && await MayAsync(context))
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = ProtocolRequest.MaxImport;
            context.Features.Set<IFormFeature>(new FormFeature(context.Request, new FormOptions
            {
                ValueLengthLimit = ProtocolRequest.MaxImport, MultipartBodyLengthLimit = ProtocolRequest.MaxImport, ValueCountLimit = 2 * MostFiles,
            }));
        }

        await next(context);
    }

    private static async Task<bool> MayAsync(HttpContext context)
    {
        var services = context.RequestServices;
        try
        {
            return await services.GetRequiredService<CurrentPerson>().FindAsync(context, context.RequestAborted) is { } current
                && await services.GetRequiredService<Operators>().FindAsync(context, current.Session, current.Account) is { } who
                && who.Holds(ManagementPermissions.ManageSystem);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            return false; // the page asks again, and fails as pages do
        }
    }
}
