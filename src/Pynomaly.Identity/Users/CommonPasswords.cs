using System.Collections.Frozen;

namespace Pynomaly.Identity.Users;

/// <summary>The bundled list of leaked passwords (22,000, of them 11,600 with eight characters or more; ASVS 6.2.4 asks for 3,000), read at the first use.</summary>
/// <remarks>Source and licence stand at the head of common-passwords.txt. Compared without case and with the usual replacements undone: "P@ssw0rd" is "password".</remarks>
internal static class CommonPasswords
{
    private const int ShortestWord = 6;
    private const int LongestDecoration = 6;

    private static readonly Lazy<FrozenSet<string>> Known = new(Load);

    /// <summary>Whether the password is on the list, or is a word of it between up to six digits and signs: "Sunshine2026!".</summary>
    public static bool Contains(string password)
    {
        if (Known.Value.Contains(Fold(password))) return true;

        var start = 0;
        var end = password.Length;
        while (start < end && !char.IsLetter(password[start])) start++;
        while (end > start && !char.IsLetter(password[end - 1])) end--;
        return end - start >= ShortestWord && password.Length - (end - start) <= LongestDecoration && Known.Value.Contains(Fold(password[start..end]));
    }

    /// <summary>Lower case, with signs and digits that stand for letters replaced.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, (folded, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            folded[i] = char.ToLowerInvariant(source[i]) switch
            {
                '0' => 'o',
                '1' or '!' or '|' or 'l' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                var other => other,
            };
        }
    });

    private static FrozenSet<string> Load()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        var known = new HashSet<string>(30_000, StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) known.Add(Fold(line));
        }

        return known.ToFrozenSet(StringComparer.Ordinal);
    }
}
