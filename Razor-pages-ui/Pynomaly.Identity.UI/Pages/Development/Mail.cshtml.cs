using Microsoft.AspNetCore.Mvc.RazorPages;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages.Development;

/// <summary>The mailbox of development: what the server would have sent, with links to follow. There is no such page in any other environment.</summary>
internal sealed class MailModel(MailFolder folder, ServerOptions options) : PageModel
{
    /// <summary>The newest mails.</summary>
    public IReadOnlyList<FolderMail> Mails { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public void OnGet() => Mails = folder.List();

    /// <summary>The lines of a mail; those that are links to this server can be clicked.</summary>
    public IEnumerable<(string Words, bool IsLink)> Pieces(FolderMail mail) =>
        mail.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line != "--")
            .Select(line => (line, line.StartsWith(options.Url("/"), StringComparison.Ordinal) && !line.Contains(' ', StringComparison.Ordinal)));
}
