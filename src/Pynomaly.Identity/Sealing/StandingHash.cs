using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Sealing;

/// <summary>The trail as it stands, whether it holds or not: SHA-256 over each seal's place and the hash that its entries give now.</summary>
internal sealed class StandingHash
{
    /// <summary>Up to the seal that was taken last, in base64url.</summary>
    public string Value { get; private set; } = "";

    /// <summary>Takes the next seal, and what its entries give.</summary>
    public void Add(AuditSeal seal, string actual) =>
        Value = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Value}\n{seal.Number}\n{seal.LastSequence}\n{seal.Hash}\n{actual}"))));

    /// <summary>Takes the seal that the chain begins with, whose entries were removed, and what the entries give that stand in their place all the same.</summary>
    public void AddRemoved(AuditSeal seal, string actual)
    {
        using var nothing = new SealHash("");
        Add(seal, actual == nothing.End() ? "removed" : actual);
    }
}
