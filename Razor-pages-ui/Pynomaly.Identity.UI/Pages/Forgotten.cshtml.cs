using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Asks for a new password by e-mail. One answer for every name: look into the mailbox.</summary>
internal sealed class ForgottenModel(ForgottenPassword forgotten, Onward onward, ServerOptions options, IStringLocalizer<Texts> text) : LinkPage(options, text)
{
    /// <summary>Username or e-mail address.</summary>
    [BindProperty]
    public string? Username { get; set; }

    /// <summary>Shows the form, or what to do next.</summary>
    public IActionResult OnGet() => forgotten.IsOn ? Page() : NotFound();

    /// <summary>Takes note.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!forgotten.IsOn) return NotFound();
        if (string.IsNullOrWhiteSpace(Username))
        {
            ModelState.AddModelError(nameof(Username), Text["SignIn.UsernameMissing"]);
            return Page();
        }

        onward.Keep(HttpContext, InteractionId, Return);
        return Show(await forgotten.RequestAsync(HttpContext, Username, cancellationToken), Carry($"{Paths.ForgottenPage}?done=true"));
    }
}
