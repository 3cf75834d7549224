using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A page that asks for a link by e-mail, or that such a link leads to. Opening it changes nothing: programs that look into mails follow links; a button acts.</summary>
internal abstract class LinkPage(ServerOptions options, IStringLocalizer<Texts> text) : PageModel
{
    /// <summary>The link's secret.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    /// <summary>True after it was done: the page says what to do next.</summary>
    [BindProperty(SupportsGet = true, Name = "done")]
    public bool IsDone { get; set; }

    /// <summary>The authorization request that waits meanwhile.</summary>
    [BindProperty(SupportsGet = true, Name = "interaction")]
    public string? InteractionId { get; set; }

    /// <summary>Where to go after signing in, when no request waits (<see cref="LocalPath"/>).</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    /// <summary>True when the link opens nothing.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>How long to wait, in words; null: not at all.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>True when all hashing threads are taken.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Fewest characters of a password.</summary>
    public int MinimumLength => options.Passwords.MinimumLength;

    /// <summary>How long a link works, in words.</summary>
    public string Lifetime => Words.Of(options.Accounts.LinkLifetime, text);

    /// <summary>The texts of the pages.</summary>
    protected IStringLocalizer<Texts> Text => text;

    /// <summary>The address of a page, with what has to be carried on.</summary>
    public string Carry(string page) => LocalPath.Carry(page, null, InteractionId, Return);

    /// <summary>Says that the link opens nothing.</summary>
    protected PageResult Ended()
    {
        IsEnded = true;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    /// <summary>What a result other than Done looks like; after Done the browser goes on to the path.</summary>
    protected IActionResult Show(LinkResult result, string afterwards)
    {
        switch (result)
        {
            case LinkResult.Done:
                return new SeeOther(afterwards);
            case LinkResult.NameRefused refused:
                return Refused(refused.Field, Problems.Of(refused.Problem, text));
            case LinkResult.PasswordRefused refused:
                return Refused("password", Problems.Of(refused.Problem, text, options.Passwords));
            case LinkResult.Throttled throttled:
                RetryAfter = Words.Of(TimeSpan.FromSeconds(throttled.RetryAfterSeconds), text);
                return Later(StatusCodes.Status429TooManyRequests, throttled.RetryAfterSeconds);
            case LinkResult.Busy busy:
                IsBusy = true;
                return Later(StatusCodes.Status503ServiceUnavailable, busy.RetryAfterSeconds);
            default:
                return Ended();
        }
    }

    private PageResult Refused(string field, string problem)
    {
        ModelState.AddModelError(field, problem);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private PageResult Later(int status, int seconds)
    {
        Response.StatusCode = status;
        Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Page();
    }
}
