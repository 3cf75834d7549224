using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Asks for an account. There is no such page unless the settings offer it.</summary>
internal sealed class SignUpModel(Registration registration, Onward onward, ServerOptions options, IStringLocalizer<Texts> text) : LinkPage(options, text)
{
    /// <summary>The e-mail address, which is the user name.</summary>
    [BindProperty]
    public string? Email { get; set; }

    /// <summary>The password; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Shows the form, or what to do next.</summary>
    public IActionResult OnGet() => registration.IsOn ? Page() : NotFound();

    /// <summary>Takes note.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!registration.IsOn) return NotFound();
        onward.Keep(HttpContext, InteractionId, Return);
        return Show(await registration.RequestAsync(HttpContext, Email, Password, cancellationToken), Carry($"{Paths.SignUpPage}?done=true"));
    }
}
