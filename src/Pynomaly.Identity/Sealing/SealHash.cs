using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Sealing;

/// <summary>The hash of a seal: SHA-256 over the hash of the seal before and the entries in their order.</summary>
/// <remarks>Each field is written with its length before it, so that no two entries read the same; numbers as 8 bytes, most significant first; an absent text as length -1.
/// Address and detail take part by their digest alone.</remarks>
internal sealed class SealHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins with the hash of the seal before; empty at the first.</summary>
    public SealHash(string previous) => Add(previous);

    /// <summary>Takes the next entry.</summary>
    public void Add(AuditEvent entry)
    {
        Add(entry.Sequence);
        Add(entry.At.ToUnixTimeMilliseconds());
        Add(entry.EventId);
        foreach (var text in (ReadOnlySpan<string?>)[entry.Name, entry.Actor, entry.UserId, entry.ClientId, entry.SessionId, entry.CorrelationId, entry.Digest]) Add(text);
    }

    /// <summary>The hash, in base64url.</summary>
    public string End() => Base64Url.EncodeToString(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Add(string? text)
    {
        if (text is null)
        {
            Add(-1);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        Add(bytes.Length);
        _hash.AppendData(bytes);
    }

    private void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        _hash.AppendData(bytes);
    }
}
