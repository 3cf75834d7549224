using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;
using SignInResult = Pynomaly.Identity.Users.SignInResult;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The second factor of a sign-in that has begun: a code of an authenticator app, or a backup code.</summary>
internal sealed class FactorModel(Interactions interactions, PendingSignIns pendings, SecondFactors factors, IStringLocalizer<Texts> text) : InteractionPage(interactions)
{
    /// <summary>The sign-in, by its handle.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Step { get; set; }

    /// <summary>Where to go on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Return { get; set; }

    /// <summary>The code.</summary>
    [BindProperty]
    public string? Code { get; set; }

    /// <summary>Whether this browser is to be trusted.</summary>
    [BindProperty]
    public bool Trust { get; set; }

    /// <summary>How long the factors wait, in words; null when they do not.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) && await pendings.FindAsync(Step, HttpContext, cancellationToken) is not null ? Page() : Expired();

    /// <summary>Tries the code.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken) || await pendings.FindAsync(Step, HttpContext, cancellationToken) is not { } pending) return Expired();
        if (string.IsNullOrWhiteSpace(Code)) return Page();
        switch (await factors.CodeAsync(HttpContext, pending, Code, Trust ? TrustDevice.Yes : TrustDevice.No, cancellationToken))
        {
            case SignInResult.Succeeded succeeded:
                if (Interaction is not null) await Requests.SignedInAsync(Interaction, succeeded, cancellationToken);
                return new SeeOther(Interaction?.ResumePath ?? LocalPath.Of(Return));
            case SignInResult.Throttled throttled:
                RetryAfter = Words.Of(TimeSpan.FromSeconds(throttled.RetryAfterSeconds), text);
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                Response.Headers.RetryAfter = throttled.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return Page();
            default:
                ModelState.AddModelError(nameof(Code), text["FactorPlain.Wrong"]);
                return Page();
        }
    }
}
