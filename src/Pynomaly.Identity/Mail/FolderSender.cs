using System.Net.Mail;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>Writes mails as .eml files (RFC 5322) into a folder, for development. A file appears whole, and only its owner reads it.</summary>
internal sealed class FolderSender(ServerOptions options) : IEmailSender
{
    /// <inheritdoc />
    public async Task SendAsync(string id, EmailMessage message, CancellationToken cancellationToken)
    {
        MakeFolder(options.Mail.Folder);
        var pickup = Path.Combine(options.Mail.Folder, $".{id}");
        MakeFolder(pickup);
        try
        {
            using var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = pickup, DeliveryFormat = SmtpDeliveryFormat.International };
            using var mail = Mime.Of(id, message, options);
            await client.SendMailAsync(mail, cancellationToken);
            var file = Directory.EnumerateFiles(pickup, "*.eml").Single();
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(file, Path.Combine(options.Mail.Folder, $"{id}.eml"), overwrite: true);
        }
        finally
        {
            Directory.Delete(pickup, recursive: true);
        }
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
