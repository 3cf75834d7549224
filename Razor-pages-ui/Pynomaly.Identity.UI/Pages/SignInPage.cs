using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using SignInResult = Pynomaly.Identity.Users.SignInResult;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A page of the sign-in: what it carries on from page to page, and where each outcome leads.</summary>
internal abstract class SignInPage(Interactions interactions, IStringLocalizer<Texts> text) : InteractionPage(interactions)
{
    /// <summary>Where to go afterwards, when no request waits (<see cref="LocalPath"/>).</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    /// <summary>How a passkey was refused: "failed", "unknown" or "later"; null: none was.</summary>
    [BindProperty(SupportsGet = true, Name = "passkey")]
    public string? PasskeyRefusal { get; set; }

    /// <summary>How long signing in waits, in words; null when it does not.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>True when too many others are signing in.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Texts, for the pages below.</summary>
    protected IStringLocalizer<Texts> Text => text;

    /// <summary>Where the sign-in ends: at the waiting request, or at the page of the account that asked for it.</summary>
    protected string End => Interaction?.ResumePath ?? LocalPath.Of(Return);

    /// <summary>The address of a page of the sign-in, with what has to be carried on.</summary>
    public string Carry(string page, string? step = null) => LocalPath.Carry(page, step, InteractionId, Return);

    /// <summary>The answer to every outcome but a failure, for which the page has its own words: null.</summary>
    protected async Task<IActionResult?> GoOnAsync(SignInResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case SignInResult.Succeeded succeeded:
                if (Interaction is not null) await Requests.SignedInAsync(Interaction, succeeded, cancellationToken);
                return new SeeOther(End);
            case SignInResult.FactorNeeded needed:
                return new SeeOther(Carry(Paths.FactorPage, needed.Handle));
            case SignInResult.EnrolmentNeeded needed:
                return new SeeOther(Carry(Paths.EnrolPage, needed.Handle));
            case SignInResult.Throttled throttled:
                RetryAfter = Words.Of(TimeSpan.FromSeconds(throttled.RetryAfterSeconds), text);
                return Later(StatusCodes.Status429TooManyRequests, throttled.RetryAfterSeconds);
            case SignInResult.Busy busy:
                IsBusy = true;
                return Later(StatusCodes.Status503ServiceUnavailable, busy.RetryAfterSeconds);
            default:
                return null;
        }
    }

    private Microsoft.AspNetCore.Mvc.RazorPages.PageResult Later(int status, int seconds)
    {
        Response.StatusCode = status;
        Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Page();
    }
}
