using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Sealing;

/// <summary>The signature of a seal: a JWS whose content follows from the seal's row, so that it proves exactly what stands there.</summary>
[Specification("RFC 7515", "JSON Web Signature")]
internal static class SealSignature
{
    /// <summary>The same seal with its signature; with the time of removal in it, when its entries were removed by then.</summary>
    public static AuditSeal Signed(this AuditSeal seal, ECDsa key, DateTimeOffset? removed = null)
    {
        var content = Content(seal, removed);
        byte[] signature;
        lock (key) signature = key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256); // r and s, as RFC 7518 §3.4 wants them
        return new AuditSeal
        {
            Number = seal.Number, FirstSequence = seal.FirstSequence, LastSequence = seal.LastSequence, Count = seal.Count, Hash = seal.Hash, At = seal.At, KeyId = seal.KeyId, Removed = removed,
            Signature = $"{content}.{Base64Url.EncodeToString(signature)}",
        };
    }

    /// <summary>Whether the key has signed what stands in the seal.</summary>
    public static bool Holds(AuditSeal seal, ECDsa key)
    {
        var content = Content(seal, seal.Removed);
        if (!seal.Signature.StartsWith($"{content}.", StringComparison.Ordinal)) return false;
        var signature = seal.Signature.AsSpan(content.Length + 1);
        return Base64Url.IsValid(signature) && key.VerifyData(Encoding.ASCII.GetBytes(content), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256);
    }

    private static string Content(AuditSeal seal, DateTimeOffset? removal)
    {
        var removed = removal is { } time ? string.Create(CultureInfo.InvariantCulture, $",\"removed\":{time.ToUnixTimeMilliseconds()}") : "";
        var payload = string.Create(CultureInfo.InvariantCulture,
            $"{{\"number\":{seal.Number},\"first\":{seal.FirstSequence},\"last\":{seal.LastSequence},\"count\":{seal.Count},\"hash\":\"{seal.Hash}\",\"at\":{seal.At.ToUnixTimeMilliseconds()}{removed}}}");
        return $"{Encode($"{{\"alg\":\"ES256\",\"typ\":\"audit-seal+jws\",\"kid\":\"{seal.KeyId}\"}}")}.{Encode(payload)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
