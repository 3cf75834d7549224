using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Pynomaly.Identity.Protocol;

/// <summary>Entity tags of documents that are kept as bytes. RFC 9110 §8.8.3.</summary>
internal static class EntityTag
{
    /// <summary>The tag of a document: a hash of it, so that all nodes give the same.</summary>
    public static string Of(ReadOnlySpan<byte> document) => $"\"{Base64Url.EncodeToString(SHA256.HashData(document).AsSpan(0, 12))}\"";

    /// <summary>Whether If-None-Match names the tag: a list, compared weakly (§13.1.2).</summary>
    public static bool Matches(StringValues ifNoneMatch, string tag)
    {
        foreach (var line in ifNoneMatch)
        {
            foreach (var one in line.AsSpan().Split(','))
            {
                var candidate = line.AsSpan()[one].Trim();
                if (candidate is "*" || candidate.SequenceEqual(tag) || (candidate.StartsWith("W/") && candidate[2..].SequenceEqual(tag))) return true;
            }
        }

        return false;
    }
}
