using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Protocol;

/// <summary>A refusal that a person sees, because it may not travel to the client: the endpoint answers 400 without a body and leaves this for the page that is shown in its place.</summary>
/// <remarks>RFC 6749 §4.1.2.1: an unproven redirect_uri is never redirected to. Nothing of the request is repeated here.</remarks>
public sealed record PageError(string Error, string Description)
{
    /// <summary>A registered address that the person may go on to by their own decision; null in most cases.</summary>
    public string? ContinueUri { get; init; }

    /// <summary>The error of this request; null when there is none.</summary>
    public static PageError? Of(HttpContext context) => context.Items.TryGetValue(typeof(PageError), out var error) ? (PageError?)error : null;

    /// <summary>Refuses the request with a page.</summary>
    public void Write(HttpContext context, int status = StatusCodes.Status400BadRequest)
    {
        context.Items[typeof(PageError)] = this;
        context.Items[typeof(ProtocolException)] = Error; // for the metrics' error tag
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
    }
}
