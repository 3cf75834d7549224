using System.Text;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>Reads what <see cref="FolderSender"/> wrote, for the development mailbox. It knows the MIME of our own mails only: two parts, quoted-printable (RFC 2045 §6.7).</summary>
internal sealed partial class MailFolder(ServerOptions options)
{
    private const int Most = 50;

    /// <summary>The newest mails, newest first.</summary>
    public IReadOnlyList<FolderMail> List()
    {
        var folder = new DirectoryInfo(options.Mail.Folder);
        if (!folder.Exists) return [];
        return [.. folder.EnumerateFiles("*.eml").OrderByDescending(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name, StringComparer.Ordinal).Take(Most).Select(Read)];
    }

    private static FolderMail Read(FileInfo file)
    {
        var content = Latin(File.ReadAllBytes(file.FullName)).ReplaceLineEndings("\n");
        var end = content.IndexOf("\n\n", StringComparison.Ordinal);
        var head = Folding().Replace(content[..(end < 0 ? content.Length : end)], " ");
        var boundary = Boundary().Match(head).Groups[1].Value;
        var parts = boundary.Length == 0 ? [] : content.Split($"--{boundary}").Skip(1).Take(2).Select(Decode).ToArray();
        return new FolderMail(Path.GetFileNameWithoutExtension(file.Name), Header(head, "To"), Words(Header(head, "Subject")), parts.ElementAtOrDefault(0) ?? "", parts.ElementAtOrDefault(1) ?? "",
            file.LastWriteTimeUtc);
    }

    private static string Header(string head, string name) =>
        head.Split('\n').FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..].Trim() ?? "";

    private static string Decode(string part)
    {
        var end = part.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0) return "";
        var body = part[(end + 2)..].TrimEnd('\n');
        return part[..end].Contains("quoted-printable", StringComparison.OrdinalIgnoreCase) ? QuotedPrintable(body.Replace("=\n", "", StringComparison.Ordinal)) : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body));
    }

    private static string QuotedPrintable(string text) =>
        Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Hex().Replace(text, match => ((char)Convert.ToByte(match.Groups[1].Value, 16)).ToString())));

    // Encoded words (RFC 2047); blanks between two of them are none.
    private static string Words(string header) => Encoded().Replace(Between().Replace(header, "$1"), match =>
        match.Groups[1].Value is "B" or "b" ? Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups[2].Value)) : QuotedPrintable(match.Groups[2].Value.Replace('_', ' ')));

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex Folding();

    [GeneratedRegex("boundary=\"?([^\"\n;]+)")]
    private static partial Regex Boundary();

    [GeneratedRegex("=([0-9A-Fa-f]{2})")]
    private static partial Regex Hex();

    [GeneratedRegex(@"=\?utf-8\?([BbQq])\?([^?]*)\?=")]
    private static partial Regex Encoded();

    [GeneratedRegex(@"(\?=)\s+(?==\?)")]
    private static partial Regex Between();
}
