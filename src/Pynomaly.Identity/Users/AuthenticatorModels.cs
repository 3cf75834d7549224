using System.Collections.Frozen;

namespace Pynomaly.Identity.Users;

/// <summary>What authenticators call themselves, by AAGUID: the name that a new passkey is shown under. Source: the head of authenticator-models.txt.</summary>
internal static class AuthenticatorModels
{
    private const int IdLength = 36;

    private static readonly Lazy<FrozenDictionary<string, string>> Known = new(Load);

    /// <summary>The name; null when the model is not on the list, or did not say which it is.</summary>
    public static string? NameOf(string aaguid) => Known.Value.GetValueOrDefault(aaguid);

    private static FrozenDictionary<string, string> Load()
    {
        using var stream = typeof(AuthenticatorModels).Assembly.GetManifestResourceStream("authenticator-models.txt")!;
        using var reader = new StreamReader(stream);
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) known.Add(line[..IdLength], line[(IdLength + 1)..]);
        }

        return known.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
