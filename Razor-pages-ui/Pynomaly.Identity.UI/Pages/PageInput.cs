using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Primitives;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Refuses the character NUL in any value of a query or form: nobody types it, and PostgreSQL knows no text with it (SQ-04).</summary>
internal sealed class PageInput : IAsyncResourceFilter
{
    /// <inheritdoc/>
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        if (await HasNulAsync(context.HttpContext.Request, context.HttpContext.RequestAborted)) context.Result = new StatusCodeResult(StatusCodes.Status400BadRequest);
        else await next();
    }

    /// <summary>Whether a value has it; a form that cannot be read counts as one.</summary>
    public static async ValueTask<bool> HasNulAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (HasNul(request.Query)) return true;
        try
        {
            return request.HasFormContentType && HasNul(await request.ReadFormAsync(cancellationToken));
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static bool HasNul(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        foreach (var (_, values) in fields)
            foreach (var value in values)
                if (value is not null && value.Contains('\0', StringComparison.Ordinal)) return true;
        return false;
    }
}
