using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Creates the first administrator, by the one-time link that the server prints while there is none. What comes next is their second factor.</summary>
internal sealed class SetUpModel(SetUp setUp, ServerOptions options, IStringLocalizer<Texts> text) : PageModel
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

    /// <summary>True when this installation has no role for an administrator.</summary>
    public bool IsRoleMissing { get; private set; }

    /// <summary>Creates the account, and goes on to its second factor.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        IsOpen = true;
        switch (await setUp.CompleteAsync(HttpContext, Token ?? "", Username ?? "", Email ?? "", Password ?? "", cancellationToken))
        {
            case SetUpResult.Succeeded succeeded:
                return new SeeOther(LocalPath.Carry(Paths.EnrolPage, succeeded.Handle, null, null));
            case SetUpResult.Refused refused:
                if (refused.UserName is { } name) ModelState.AddModelError(nameof(Username), Problems.Of(name, text));
                if (refused.Email is { } address) ModelState.AddModelError(nameof(Email), Problems.Of(address, text));
                if (refused.Password.Count > 0) ModelState.AddModelError(nameof(Password), Problems.Of(refused.Password, text, options.Passwords));
                return Page();
            case SetUpResult.RoleMissing:
                IsRoleMissing = true;
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
