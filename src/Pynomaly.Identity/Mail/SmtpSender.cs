using System.Net;
using System.Net.Mail;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>Sends by SMTP submission (RFC 6409): STARTTLS (RFC 3207) and a certificate that holds, before anything is said. Only a relay on loopback may be spoken to in clear.</summary>
/// <remarks>The framework's client does neither implicit TLS (port 465) nor OAuth sign-in, and takes a connection for each mail.</remarks>
internal sealed class SmtpSender(ServerOptions options) : IEmailSender
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <inheritdoc />
    public async Task SendAsync(string id, EmailMessage message, CancellationToken cancellationToken)
    {
        var settings = options.Mail;
        using var client = new SmtpClient(settings.Host!, settings.Port) { EnableSsl = settings.RequireTls, DeliveryFormat = SmtpDeliveryFormat.International };
        if (settings.UserName is not null) client.Credentials = new NetworkCredential(settings.UserName, settings.Password);
        using var mail = Mime.Of(id, message, options);

        // The client's own Timeout does not bind asynchronous calls.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            await client.SendMailAsync(mail, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The SMTP server took too long.");
        }
    }
}
