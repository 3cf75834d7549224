using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>An <see cref="EmailMessage"/> in the framework's form, which knows MIME.</summary>
internal static class Mime
{
    /// <summary>The mail, with what every one of ours says about itself. The caller disposes it.</summary>
    public static MailMessage Of(string id, EmailMessage message, ServerOptions options)
    {
        var mail = new MailMessage(new MailAddress(options.Mail.From, options.Mail.FromName, Encoding.UTF8), new MailAddress(message.To))
        {
            Subject = message.Subject, SubjectEncoding = Encoding.UTF8, HeadersEncoding = Encoding.UTF8,
        };
        mail.Headers["Message-ID"] = $"<{id}@{new Uri(options.Issuer).Host}>";
        mail.Headers["Auto-Submitted"] = "auto-generated"; // RFC 3834 §5: no holiday notice comes back
        mail.AlternateViews.Add(View(message.Text, MediaTypeNames.Text.Plain));
        mail.AlternateViews.Add(View(message.Html, MediaTypeNames.Text.Html)); // the last is the best (RFC 2046 §5.1.4)
        return mail;
    }

    private static AlternateView View(string content, string type)
    {
        var view = AlternateView.CreateAlternateViewFromString(content, Encoding.UTF8, type);
        view.TransferEncoding = TransferEncoding.QuotedPrintable;
        return view;
    }
}
