using System.Text;
using System.Text.Encodings.Web;

namespace Pynomaly.Identity.Mail;

/// <summary>Gives a <see cref="Letter"/> its form: plain text, and simple HTML that every mail program shows. Everything is encoded; no picture, no tracking, no address but ours.</summary>
internal static class MailForm
{
    private const string Body = "margin:0;padding:24px 12px;background:#f5f6f8;color:#1c2024;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
    private const string Card = "max-width:520px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #dfe3e8;border-radius:12px";
    private const string Quiet = "color:#5b6570;font-size:14px";
    private const string Button = "display:inline-block;padding:12px 20px;background:#2f5bd0;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600";

    /// <summary>The mail.</summary>
    public static EmailMessage Of(Letter letter, MailTexts text, string sender, string issuer) => new()
    {
        To = letter.To,
        Subject = OneLine(letter.Subject),
        Text = PlainText(letter, text, sender, issuer),
        Html = Html(letter, text, sender, issuer),
    };

    private static string PlainText(Letter letter, MailTexts text, string sender, string issuer)
    {
        var plain = new StringBuilder();
        foreach (var paragraph in letter.Paragraphs) plain.Append(paragraph).Append("\r\n\r\n");
        foreach (var (name, value) in letter.Facts) plain.Append(text["Pair", name, value]).Append("\r\n");
        if (letter.Facts.Count > 0) plain.Append("\r\n");
        if (letter.Act is { } act) plain.Append(text["Label", act.Label]).Append("\r\n").Append(act.Url).Append("\r\n\r\n");
        foreach (var note in letter.Notes) plain.Append(note).Append("\r\n\r\n");
        if (letter.Objection is { } objection) plain.Append(text["Label", objection.Label]).Append("\r\n").Append(objection.Url).Append("\r\n\r\n");
        return plain.Append("-- \r\n").Append(text["Footer", sender, issuer]).Append("\r\n").ToString();
    }

    private static string Html(Letter letter, MailTexts text, string sender, string issuer)
    {
        var html = new StringBuilder();
        void Line(string line) => html.Append(line).Append("\r\n");

        Line("<!DOCTYPE html>");
        Line($"<html lang=\"{text.Culture.Name}\" dir=\"{(text.Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr")}\">");
        Line($"<head><meta charset=\"utf-8\"><title>{Encode(letter.Subject)}</title></head>");
        Line($"<body style=\"{Body}\">");
        Line($"<div style=\"{Card}\">");
        Line($"<h1 style=\"margin:0 0 16px;font-size:20px\">{Encode(letter.Subject)}</h1>");
        foreach (var paragraph in letter.Paragraphs) Line($"<p style=\"margin:0 0 16px\">{Encode(paragraph)}</p>");
        if (letter.Facts.Count > 0)
        {
            Line("<table role=\"presentation\" style=\"margin:0 0 16px;border-collapse:collapse\">");
            foreach (var (name, value) in letter.Facts)
                Line($"<tr><td style=\"{Quiet};padding:2px 16px 2px 0;vertical-align:top\">{Encode(name)}</td><td style=\"padding:2px 0\">{Encode(value)}</td></tr>");
            Line("</table>");
        }

        if (letter.Act is { } act) Line($"<p style=\"margin:24px 0\"><a href=\"{Encode(act.Url)}\" style=\"{Button}\">{Encode(act.Label)}</a></p>");
        foreach (var note in letter.Notes) Line($"<p style=\"margin:0 0 16px;{Quiet}\">{Encode(note)}</p>");
        if (letter.Objection is { } objection) Line($"<p style=\"margin:16px 0 0\"><a href=\"{Encode(objection.Url)}\" style=\"color:#b3261e\">{Encode(objection.Label)}</a></p>");
        Line("</div>");
        Line($"<p style=\"max-width:520px;margin:16px auto 0;{Quiet}\">{Encode(text["Footer", sender, issuer])}</p>");
        Line("</body>");
        Line("</html>");
        return html.ToString();
    }

    private static string Encode(string words) => HtmlEncoder.Default.Encode(words);

    private static string OneLine(string words) => string.Concat(words.Select(c => char.IsControl(c) ? ' ' : c));
}
