using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A request that may not be answered to the client, because client or redirect URI are unproven (RFC 6749 §4.1.2.1). Shown in the endpoint's place; opened by hand it has nothing to say.</summary>
[IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    /// <summary>What the endpoint left; never anything from the address.</summary>
    public PageError? Refusal => PageError.Of(HttpContext);

    /// <summary>What to quote to an operator.</summary>
    public string CorrelationId => HttpContext.TraceIdentifier;

    /// <summary>The host that the way on leads to.</summary>
    public string? ContinueHost => Uri.TryCreate(Refusal?.ContinueUri, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http") ? uri.Host : null;
}
