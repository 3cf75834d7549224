using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pynomaly.Identity.OpenId;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Asks before it signs out (OpenID Connect RP-Initiated Logout §2): a link or an image must not end a session.</summary>
internal sealed class LogoutModel(Logouts logouts, CurrentPerson person) : PageModel
{
    private PendingLogout? _pending;

    /// <summary>The client's request to sign out, by its id; null when the person came by themselves.</summary>
    [BindProperty(SupportsGet = true, Name = "request")]
    public string? RequestId { get; set; }

    /// <summary>Which application asks.</summary>
    public string? ApplicationName => _pending?.Application is { } application ? Words.Name(application.DisplayName) : null;

    /// <summary>Who is signed in.</summary>
    public PersonView Person { get; private set; } = null!;

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await FindAsync(cancellationToken);
        if (await person.FindAsync(HttpContext, cancellationToken) is not { } current) return new SeeOther(Paths.SignedOutPage);
        Person = PersonView.Of(current.Account);
        return Page();
    }

    /// <summary>Signs out.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await FindAsync(cancellationToken);
        return new SeeOther(await logouts.ConfirmAsync(_pending, HttpContext, cancellationToken));
    }

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(RequestId)) return;
        _pending = await logouts.FindAsync(RequestId, HttpContext, cancellationToken);
        PageHeaders.AllowFormTarget(HttpContext, _pending?.RedirectUri);
    }
}
