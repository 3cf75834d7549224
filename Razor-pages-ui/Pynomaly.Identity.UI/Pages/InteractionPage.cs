using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.UI.Assets;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A page that may be one step of an authorization request: sign in, choose an account, consent.</summary>
internal abstract class InteractionPage(Interactions interactions) : PageModel
{
    /// <summary>The request in progress, by its id.</summary>
    [BindProperty(SupportsGet = true, Name = "interaction")]
    public string? InteractionId { get; set; }

    /// <summary>The request in progress; null when the page was opened by itself.</summary>
    public Interaction? Interaction { get; private set; }

    /// <summary>The name of the client that asks, as the pages show it.</summary>
    public string ApplicationName => Words.Name(Interaction!.Application.DisplayName);

    /// <summary>The requests in progress.</summary>
    protected Interactions Requests => interactions;

    /// <summary>Finds the request. False when one was named that is unknown, expired or another browser's.</summary>
    protected async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(InteractionId)) return true;
        Interaction = await interactions.FindAsync(InteractionId, HttpContext, cancellationToken);
        if (Interaction is null) return false;
        PageHeaders.AllowFormTarget(HttpContext, Interaction.RedirectUri);
        ViewData["Accent"] = Accent.Url(Interaction.Application.Metadata.AccentColor);
        return true;
    }

    /// <summary>Says that the link has expired, and how to go on.</summary>
    protected IActionResult Expired() => new ViewResult
    {
        ViewName = "/Pages/Shared/Expired.cshtml",
        StatusCode = StatusCodes.Status400BadRequest,
        ViewData = new Microsoft.AspNetCore.Mvc.ViewFeatures.ViewDataDictionary(MetadataProvider, new Microsoft.AspNetCore.Mvc.ModelBinding.ModelStateDictionary()),
        TempData = TempData,
    };
}
