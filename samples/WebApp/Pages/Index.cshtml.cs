using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Samples.WebApp.Detectors;
using Samples.WebApp.SignIn;

namespace Samples.WebApp.Pages;

/// <summary>The one page: a welcome, or the detectors and what is known of the person who is signed in.</summary>
internal sealed class IndexModel(DetectorsClient api, TokenRenewal renewal) : PageModel
{
    [TempData]
    public string? Notice { get; set; }

    public Answer<Detector[]> Detectors { get; private set; } = new(null, null);

    public Answer<WhoAmI> Me { get; private set; } = new(null, null);

    public string? Expires { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Response.Headers.CacheControl = "no-cache, no-store";
        if (User.Identity?.IsAuthenticated != true) return;
        Detectors = await api.ListAsync(cancellationToken);
        Me = await api.WhoAmIAsync(cancellationToken);
        string? expires = await HttpContext.GetTokenAsync("expires_at");
        Expires = expires is null ? null : DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture).ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
    }

    public IActionResult OnGetSignIn() => Challenge(new AuthenticationProperties { RedirectUri = "/" }, SchemeNames.Pynomaly);

    public async Task<IActionResult> OnPostSignOutAsync() => Redirect(await HttpContext.SignOutEverywhereAsync());

    public async Task<IActionResult> OnPostAddAsync(string name, CancellationToken cancellationToken)
    {
        if (User.Identity?.IsAuthenticated != true) return RedirectToPage();
        var answer = await api.AddAsync(new NewDetector(name, "isolation_forest", "pump-telemetry", 0.05), cancellationToken);
        Notice = answer.Problem ?? $"{answer.Value!.Name} was added.";
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRenewAsync(CancellationToken cancellationToken)
    {
        var session = await HttpContext.AuthenticateAsync();
        if (!session.Succeeded) return RedirectToPage();
        if (!await renewal.RenewAsync(session.Properties, cancellationToken))
        {
            await HttpContext.SignOutAsync();
            Notice = "The identity server gives no new token: your session here has ended.";
            return RedirectToPage();
        }

        await HttpContext.SignInAsync(session.Principal, session.Properties);
        Notice = "The access token was renewed.";
        return RedirectToPage();
    }
}
