using System.Globalization;
using System.Text;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>An <see cref="EmailMessage"/> as the text that is sent (RFC 5322, RFC 2045 to 2047): plain text and HTML, both quoted-printable.</summary>
internal static class MailText
{
    private const int LongestLine = 76; // RFC 2045 §6.7

    /// <summary>The mail, with what every one of ours says about itself.</summary>
    public static byte[] Of(string id, EmailMessage message, ServerOptions options, DateTimeOffset now)
    {
        var boundary = $"=_{Secrets.CreateId()}"; // "=_" stands in no quoted-printable text
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append("\r\n");

        Line($"From: {Words(options.Mail.FromName)} <{options.Mail.From}>");
        Line($"To: {message.To}");
        Line($"Subject: {Words(message.Subject)}");
        Line($"Date: {now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}");
        Line($"Message-ID: <{id}@{new Uri(options.Issuer).Host}>");
        Line("Auto-Submitted: auto-generated"); // RFC 3834 §5: no holiday notice comes back
        Line("MIME-Version: 1.0");
        Line($"Content-Type: multipart/alternative; boundary=\"{boundary}\"");
        Line("");
        foreach (var (type, content) in new[] { ("text/plain", message.Text), ("text/html", message.Html) }) // the last is the best (RFC 2046 §5.1.4)
        {
            Line($"--{boundary}");
            Line($"Content-Type: {type}; charset=utf-8");
            Line("Content-Transfer-Encoding: quoted-printable");
            Line("");
            foreach (var line in content.ReplaceLineEndings("\n").Split('\n')) Line(QuotedPrintable(line));
        }

        Line($"--{boundary}--");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // RFC 2045 §6.7: a line of text as lines that no relay changes.
    private static string QuotedPrintable(string line)
    {
        var encoded = new StringBuilder();
        var (bytes, width) = (Encoding.UTF8.GetBytes(line), 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var isPlain = bytes[i] is (>= 33 and <= 126 and not (byte)'=') || (bytes[i] is (byte)' ' or (byte)'\t' && i < bytes.Length - 1);
            if (width + (isPlain ? 1 : 3) > LongestLine - 1)
            {
                encoded.Append("=\r\n");
                width = 0;
            }

            if (isPlain) encoded.Append((char)bytes[i]);
            else encoded.Append('=').Append(bytes[i].ToString("X2", CultureInfo.InvariantCulture));
            width += isPlain ? 1 : 3;
        }

        return encoded.ToString();
    }

    // RFC 2047 §2: words of at most 75 characters, each of whole characters, so that no header can hold a second one.
    private static string Words(string text)
    {
        var words = new List<string>();
        var part = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (part.Count + bytes.Length > 42) Take(); // which are 56 characters of base64
            part.AddRange(bytes);
        }

        if (part.Count > 0) Take();
        return string.Join("\r\n ", words);

        void Take()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. part])}?=");
            part.Clear();
        }
    }
}
