using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Sealing;

/// <summary>Entries whose personal parts do not hold, each as it stood: half a SHA-256 over its number, how it does not hold, and what stands there. Of more than fit the first are kept, and nothing else is meant.</summary>
public sealed class EntryStates
{
    /// <summary>How many are kept: a further acceptance speaks of those that come after.</summary>
    public const int Most = 50_000;

    private const int Bytes = 16; // nobody finds a second content for one of these
    private readonly HashSet<UInt128> _states = [];

    /// <summary>Reads what <see cref="ToString"/> wrote; nothing is meant by a text that is none.</summary>
    public static EntryStates Read(string? text)
    {
        var read = new EntryStates();
        if (text is null || !Base64Url.IsValid(text)) return read;
        var bytes = Base64Url.DecodeFromChars(text);
        for (var at = 0; at + Bytes <= bytes.Length; at += Bytes) read._states.Add(BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(at)));
        return read;
    }

    /// <summary>An entry as it stands. Lengths stand before the parts, so that no part passes for two.</summary>
    internal static UInt128 Of(AuditEvent entry, PersonalState state) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{entry.Sequence}\n{state}\n{entry.Address?.Length ?? -1}\n{entry.Detail?.Length ?? -1}\n{entry.Salt?.Length ?? -1}\n{entry.Address}{entry.Detail}{entry.Salt}"))));

    /// <summary>Takes one.</summary>
    internal void Add(UInt128 state)
    {
        if (_states.Count < Most) _states.Add(state);
    }

    /// <summary>Whether it is one of them.</summary>
    internal bool Contains(UInt128 state) => _states.Contains(state);

    /// <inheritdoc/>
    public override string ToString()
    {
        var bytes = new byte[_states.Count * Bytes];
        var at = 0;
        foreach (var state in _states)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(at), state);
            at += Bytes;
        }

        return Base64Url.EncodeToString(bytes);
    }
}
