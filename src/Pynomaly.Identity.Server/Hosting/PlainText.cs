using Microsoft.Extensions.Primitives;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Refuses the character NUL in the query and a form of pages and APIs: nobody types it, and PostgreSQL knows no text with it (SQ-04).</summary>
/// <remarks>Bodies of JSON are looked at where they are read (ApiRequest); a path that holds it the web server refuses by itself.</remarks>
internal static class PlainText
{
    /// <summary>For pages: answers a bare 400, which gets a page; lets the rest pass.</summary>
    public static async Task RequireAsync(HttpContext context, RequestDelegate next)
    {
        if (HasNul(context.Request.Query) || await IsInFormAsync(context.Request, context.RequestAborted)) Refuse(context);
        else await next(context);
    }

    /// <summary>For APIs, which read no form.</summary>
    public static Task RequireInQueryAsync(HttpContext context, RequestDelegate next)
    {
        if (!HasNul(context.Request.Query)) return next(context);
        Refuse(context);
        return Task.CompletedTask;
    }

    private static void Refuse(HttpContext context) => context.Response.StatusCode = StatusCodes.Status400BadRequest;

    // A form that cannot be read counts as one.
    private static async ValueTask<bool> IsInFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || !request.HasFormContentType) return false;
        try
        {
            return HasNul(await request.ReadFormAsync(cancellationToken));
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static bool HasNul(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        foreach (var (name, values) in fields)
        {
            if (name.Contains('\0', StringComparison.Ordinal)) return true;
            foreach (var value in values)
                if (value is not null && value.Contains('\0', StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
