using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Where a page goes on after its work: the parameter "return", which names a page of the account or of the console and nothing else.</summary>
/// <remarks>
/// An allow-list of characters, not a search for bad ones: what a browser might read as another host (slashes and backslashes in any spelling, tabs, "@", "..",
/// percent signs) cannot be written with them at all (CVE-2024-39694).
/// </remarks>
internal static class LocalPath
{
    private const int Longest = 200;
    private static readonly string[] Areas = [Paths.AccountPage, Paths.AdminPage];

    /// <summary>The path when it is one of the account's or the console's pages; otherwise the account itself.</summary>
    public static string Of(string? path) => Find(path) ?? Paths.AccountPage;

    /// <summary>The path when it is one of the account's or the console's pages; otherwise null.</summary>
    public static string? Find(string? path)
    {
        if (path is null || path.Length > Longest || Array.Find(Areas, area => path.StartsWith(area, StringComparison.Ordinal)) is not { } area) return null;
        var rest = path.AsSpan(area.Length);
        var query = rest.IndexOf('?');
        return IsPath(query < 0 ? rest : rest[..query]) && (query < 0 || IsQuery(rest[(query + 1)..])) ? path : null;
    }

    /// <summary>The address of a page of the sign-in, with what it has to carry on: the waiting request or, without one, the way back.</summary>
    public static string Carry(string page, string? step, string? interaction, string? back)
    {
        var address = page;
        Add("step", step);
        Add("interaction", interaction);
        Add("return", string.IsNullOrEmpty(interaction) ? Find(back) : null);
        return address;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) address += $"{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";
        }
    }

    // Empty, or segments of plain letters: "/sessions", "/apps/one", "/roles/team.lead".
    private static bool IsPath(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty) return true;
        if (path[0] != '/') return false;
        foreach (var segment in path[1..].Split('/'))
        {
            if (path[1..][segment] is not { IsEmpty: false } part || !IsPlain(part)) return false;
        }

        return true;
    }

    private static bool IsQuery(ReadOnlySpan<char> query)
    {
        foreach (var character in query)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '=' or '&')) return false;
        }

        return true;
    }

    // A dot stands between two other characters only, so that no segment is "." or "..", nor begins or ends with one.
    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        if (text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal)) return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.')) return false;
        }

        return true;
    }
}
