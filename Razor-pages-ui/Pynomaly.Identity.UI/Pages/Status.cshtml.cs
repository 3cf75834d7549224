using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A refusal or failure by its HTTP status, in the clothes of the house.</summary>
/// <remarks>A refused POST is executed again as this page, without its antiforgery token; it changes nothing.</remarks>
[IgnoreAntiforgeryToken]
internal sealed class StatusModel : PageModel
{
    /// <summary>The status shown: one that has its own words.</summary>
    public int Code { get; private set; } = StatusCodes.Status404NotFound;

    /// <summary>What to quote to an operator.</summary>
    public string CorrelationId => HttpContext.TraceIdentifier;

    /// <summary>Which right a page of the console lacks; null: another refusal, or nobody who administers.</summary>
    public Admin.ClosedPage? Closed => Code == StatusCodes.Status403Forbidden ? HttpContext.Items[typeof(Admin.ClosedPage)] as Admin.ClosedPage : null;

    /// <summary>True when a page of the console found nothing to show to somebody who administers: they go back to the console.</summary>
    public bool IsGone => Code == StatusCodes.Status404NotFound && HttpContext.Items.ContainsKey(typeof(Admin.AdminPage));

    /// <summary>The drawing.</summary>
    public string Icon => Code switch { 400 => "renew", 403 => "lock", 404 => "lost", 429 => "wait", 503 => "clock", _ => "trouble" };

    /// <inheritdoc/>
    public override void OnPageHandlerExecuting(Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutingContext context)
    {
        var asked = int.TryParse(RouteData.Values["code"]?.ToString(), out var code) ? code : StatusCodes.Status404NotFound;
        Code = asked switch
        {
            400 or 403 or 404 or 429 or 500 or 503 => asked,
            401 => StatusCodes.Status403Forbidden,
            >= 500 => StatusCodes.Status500InternalServerError,
            405 => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status400BadRequest,
        };
        // Asked for by hand it is the status it speaks of; executed again, the first answer's status stands.
        if (Response.StatusCode == StatusCodes.Status200OK) Response.StatusCode = Code;
    }
}
