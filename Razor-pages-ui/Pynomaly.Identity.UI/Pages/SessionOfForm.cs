using System.Data.Common;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A form belongs to the session that it was made in: what one person left open in a tab does not act on the account of the next one who signs in at this browser (SE-11).</summary>
/// <remarks>Who is signed out meanwhile is sent to sign in by the page itself; and a form of nobody, as to sign in, is good in a second tab after the first has signed in, but for nothing under /account or /admin.</remarks>
internal sealed class SessionOfForm : IAntiforgeryAdditionalDataProvider, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>Before the antiforgery filter, which stands at 1000.</summary>
    public int Order => 0;

    /// <summary>Looks the session up, since the rest of this cannot wait.</summary>
    public static async ValueTask FindAsync(HttpContext context) => await context.RequestServices.GetRequiredService<Sessions>().CurrentAsync(context, context.RequestAborted);

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        try
        {
            await FindAsync(context.HttpContext);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            // A page that says so needs no session; one that needs it asks again, and fails.
        }
    }

    /// <inheritdoc/>
    public string GetAdditionalData(HttpContext context) => SessionOf(context);

    /// <inheritdoc/>
    public bool ValidateAdditionalData(HttpContext context, string additionalData)
    {
        var current = SessionOf(context);
        return current.Length == 0 || additionalData == current || (additionalData.Length == 0 && !IsOfSomebody(context.Request.Path));
    }

    private static bool IsOfSomebody(PathString path) => path.StartsWithSegments(Paths.AccountPage) || path.StartsWithSegments(Paths.AdminPage);

    private static string SessionOf(HttpContext context) => (context.Items[typeof(Session)] as Session)?.Id ?? string.Empty;
}
