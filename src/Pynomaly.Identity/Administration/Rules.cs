using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>What names and values must look like, wherever they come from.</summary>
internal static class Rules
{
    private const double SecretBits = 128;

    /// <summary>scope-token of RFC 6749 §3.3.</summary>
    public static bool IsScopeToken(string text) => text.Length is > 0 and <= 128 && !IsDots(text) && text.All(c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'));

    /// <summary>A client identifier: visible ASCII (RFC 6749 Appendix A.1, without the blank), and none that an API key may have.</summary>
    public static bool IsClientId(string text) => text.Length is > 0 and <= 128 && !IsDots(text) && text.All(c => c is >= '!' and <= '~') && !ApiKeyText.IsId(text);

    /// <summary>A role's name, as tokens carry it.</summary>
    public static bool IsRoleName(string text) => text.Length is > 0 and <= 64 && !IsDots(text) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>A resource indicator: an absolute URI without a fragment (RFC 8707 §2).</summary>
    public static string Resource(FileNode node) => WhyNoResource(node.Text()) is { } reason ? throw node.Wrong(FormattableString.Invariant(reason)) : node.Text();

    /// <summary>Why the text is not a resource indicator, as a sentence; null when it is one.</summary>
    public static FormattableString? WhyNoResource(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme.Length > 0 && !text.Contains('#', StringComparison.Ordinal) && text.Contains(':', StringComparison.Ordinal)
        && text.All(c => c is > ' ' and < '\u007f')
            ? null
            : (FormattableString)$"\"{text}\" is not a resource. Write the absolute address of the API without \"#\", for example https://api.example.org";

    /// <summary>Permission patterns.</summary>
    public static List<string> Patterns(FileNode node)
    {
        var patterns = node.Texts();
        foreach (var entry in node.Entries())
        {
            if (!PermissionPattern.IsWellFormed(entry.Text()))
                throw entry.Wrong($"\"{entry.Text()}\" is not a permission or a pattern of them. Write verb:resource; either may be \"*\", for example read:*");
        }

        return patterns;
    }

    /// <summary>Whether a secret may have 128 bits: by its length, the alphabet that its characters suggest, and how many of them differ.</summary>
    public static bool HasEnoughBits(string secret)
    {
        if (secret.Length == 0) return false;
        var alphabet = (secret.Any(c => char.IsAsciiLetterLower(c)) ? 26 : 0) + (secret.Any(char.IsAsciiLetterUpper) ? 26 : 0)
            + (secret.Any(char.IsAsciiDigit) ? 10 : 0) + (secret.Any(c => !char.IsAsciiLetterOrDigit(c)) ? 33 : 0);
        if (secret.All(char.IsAsciiHexDigit)) alphabet = 16;
        return secret.Length * Math.Log2(alphabet) >= SecretBits && secret.Length * Math.Log2(secret.Distinct().Count()) >= SecretBits / 2;
    }

    // Dot segments are no names in a path (RFC 3986 §6.2.2.3): what is named so could be opened neither in the console nor over the API.
    private static bool IsDots(string text) => text is "." or "..";
}
