using System.Buffers.Binary;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>Reads a TPM's structures: big-endian numbers, and byte strings with two bytes of length before them (TPM 2.0 Library, Part 1 §4.2, Part 2 §10.4).</summary>
internal ref struct TpmReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>A UINT16.</summary>
    public ushort Number16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>A UINT32.</summary>
    public uint Number32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A TPM2B.</summary>
    public ReadOnlySpan<byte> Sized() => Take(Number16());

    /// <summary>So many bytes.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        AttestationException.Require(count <= rest.Length, "the TPM's structure ends too early");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    /// <summary>Nothing follows.</summary>
    public readonly void End() => AttestationException.Require(rest.IsEmpty, "bytes follow the TPM's structure");
}
