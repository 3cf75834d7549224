namespace Pynomaly.Identity.Mail;

/// <summary>What a refusal of the SMTP server was about.</summary>
internal enum SmtpStep
{
#pragma warning disable CS1591 // the names say it
    Connection,
    SignIn,
    Sender,
    Recipient,
    Content,
#pragma warning restore CS1591
}
