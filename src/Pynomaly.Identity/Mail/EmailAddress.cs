using System.Net.Mail;

namespace Pynomaly.Identity.Mail;

/// <summary>An e-mail address as a person types it (RFC 5321 §4.1.2), without the forms that nobody has and that smuggle: quotes, comments, brackets, control characters.</summary>
internal static class EmailAddress
{
    /// <summary>Most characters of an address (RFC 5321 §4.5.3.1.3).</summary>
    public const int MaximumLength = 254;

    /// <summary>The address; null when the text is none.</summary>
    public static string? Read(string? text)
    {
        var address = text?.Trim(' ');
        if (address is null or { Length: 0 or > MaximumLength }) return null;
        var at = address.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 64 || at == address.Length - 1 || at != address.LastIndexOf('@')) return null;
        foreach (var c in address)
            if (char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format || c is '"' or '(' or ')' or '<' or '>' or '[' or ']' or ',' or ';' or ':' or '\\')
                return null;
        return MailAddress.TryCreate(address, out var parsed) && parsed.Address == address && parsed.DisplayName.Length == 0 ? address : null;
    }
}
