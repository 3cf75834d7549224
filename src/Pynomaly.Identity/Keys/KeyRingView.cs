using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.Keys;

/// <summary>What the keys are between two moments in which nothing about them changes: who signs, who is published, and the published set as bytes.</summary>
internal sealed class KeyRingView
{
    /// <summary>When it begins to be true.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it ends to be true.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Each key with its state.</summary>
    public required IReadOnlyList<SigningKeyStatus> Keys { get; init; }

    /// <summary>The signing keys, by algorithm.</summary>
    public required Dictionary<string, SigningCredential> Active { get; init; }

    /// <summary>The published keys, by kid.</summary>
    public required Dictionary<string, SigningCredential> Published { get; init; }

    /// <summary>The configured algorithms that have an active key, in the order of the configuration.</summary>
    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <summary>The JWK Set (RFC 7517 §5).</summary>
    public required byte[] JwkSet { get; init; }

    /// <summary>Its entity tag.</summary>
    public required string EntityTag { get; init; }

    /// <summary>The set of these JWKs, and its tag.</summary>
    public static (byte[] Set, string Tag) Serialize(IEnumerable<string> jwks)
    {
        var set = Encoding.UTF8.GetBytes($"{{\"keys\":[{string.Join(',', jwks)}]}}");
        return (set, $"\"{Base64Url.EncodeToString(SHA256.HashData(set).AsSpan(0, 12))}\"");
    }
}
