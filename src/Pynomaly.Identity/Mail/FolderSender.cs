using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>Writes mails as .eml files (RFC 5322) into a folder, for development. A file appears whole, and only its owner reads it.</summary>
internal sealed class FolderSender(ServerOptions options, TimeProvider time) : IEmailSender
{
    /// <inheritdoc />
    public async Task SendAsync(string id, EmailMessage message, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(options.Mail.Folder);
        else Directory.CreateDirectory(options.Mail.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var draft = Path.Combine(options.Mail.Folder, $".{id}");
        var form = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) form.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(draft, form)) await file.WriteAsync(MailText.Of(id, message, options, time.GetUtcNow()), cancellationToken);
        File.Move(draft, Path.Combine(options.Mail.Folder, $"{id}.eml"), overwrite: true);
    }
}
