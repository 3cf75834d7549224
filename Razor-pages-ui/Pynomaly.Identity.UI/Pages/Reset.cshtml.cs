using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Sets a new password by the link from a mail. Signs nobody in.</summary>
internal sealed class ResetModel(PasswordReset reset, Onward onward, ServerOptions options, IStringLocalizer<Texts> text) : LinkPage(options, text)
{
    /// <summary>The new password; never written back into the page.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Where to go on after it was done.</summary>
    public string Next { get; private set; } = Paths.SignInPage;

    /// <summary>Shows the form, or says that the link does not work.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (IsDone && await onward.TakeAsync(HttpContext, cancellationToken) is { } way) Next = way.Path;
        return IsDone || await reset.IsAliveAsync(Token, cancellationToken) ? Page() : Ended();
    }

    /// <summary>Sets it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        Show(await reset.CompleteAsync(HttpContext, Token, Password ?? string.Empty, cancellationToken), $"{Paths.ResetPage}?done=true");
}
