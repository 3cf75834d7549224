using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Creates the first administrator, by the one-time link that the server prints while there is none.</summary>
internal sealed class SetUpModel(SetUp setUp, ServerOptions options) : PageModel
{
    /// <summary>The link's secret.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    /// <summary>Username of the account.</summary>
    [BindProperty]
    public string? Username { get; set; }

    /// <summary>Its e-mail address.</summary>
    [BindProperty]
    public string? Email { get; set; }

    /// <summary>Its password; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>True while the link works.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>True when too many others are signing in.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Fewest characters of a password.</summary>
    public int MinimumLength => options.Passwords.MinimumLength;

    /// <summary>Shows the form, or says that the link does not work.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        IsOpen = !string.IsNullOrEmpty(Token) && await setUp.IsAliveAsync(Token, cancellationToken);
        if (!IsOpen) Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    /// <summary>Creates the account; its person is signed in then.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        IsOpen = true;
        switch (await setUp.CompleteAsync(HttpContext, Token ?? "", Username ?? "", Email ?? "", Password ?? "", cancellationToken))
        {
            case SetUpResult.Succeeded:
                return new SeeOther(Paths.AccountPage);
            case SetUpResult.Refused refused:
                ModelState.AddModelError(refused.Field, refused.Problem);
                return Page();
            case SetUpResult.Busy busy:
                IsBusy = true;
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                Response.Headers.RetryAfter = busy.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return Page();
            default:
                IsOpen = false;
                Response.StatusCode = StatusCodes.Status400BadRequest;
                return Page();
        }
    }
}
