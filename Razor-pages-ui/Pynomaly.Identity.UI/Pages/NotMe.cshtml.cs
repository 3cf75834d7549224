using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>"This was not me": says what the button will do, and does it.</summary>
internal sealed class NotMeModel(Disavowal disavowal, ServerOptions options, IStringLocalizer<Texts> text) : LinkPage(options, text)
{
    /// <summary>Shows the button, or says that the link does not work.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => !IsDone && await disavowal.FindAsync(Token, cancellationToken) is null ? Ended() : Page();

    /// <summary>Does it, and goes on to the new password, or to the word that it waits.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await disavowal.RunAsync(HttpContext, Token, cancellationToken) is (true, var link) ? new SeeOther(link ?? $"{Paths.DisavowPage}?done=true") : Ended();
}
