namespace Pynomaly.Identity.Mail;

/// <summary>The way out for e-mail. Two ship: SMTP, and a folder for development.</summary>
public interface IEmailSender
{
    /// <summary>Sends it; returns when the other side has taken it. The id becomes its Message-ID: a mail that is sent again after a crash can be told from a new one.</summary>
    Task SendAsync(string id, EmailMessage message, CancellationToken cancellationToken);
}
