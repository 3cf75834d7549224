using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>"This was not me": says what the button will do, and does it.</summary>
internal sealed class NotMeModel(Disavowal disavowal, IStringLocalizer<Texts> text) : LinkPage(text)
{
    /// <summary>Shows the button, or says that the link does not work.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await disavowal.FindAsync(Token, cancellationToken) is null ? Ended() : Page();

    /// <summary>Does it, and goes on to the new password.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await disavowal.RunAsync(HttpContext, Token, cancellationToken) is { } link ? new SeeOther(link) : Ended();
}
