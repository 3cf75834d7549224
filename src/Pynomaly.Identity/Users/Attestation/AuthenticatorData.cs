using System.Buffers.Binary;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>Authenticator data with the new credential in it (Web Authentication Level 3 §6.1, §6.5.1).</summary>
/// <remarks>Left out: whether the relying party, the flags and the counter are the right ones. That is §7.1, and the ceremony's to ask.</remarks>
internal sealed class AuthenticatorData
{
    private const int FixedPart = 32 + 1 + 4 + 16 + 2;
    private const byte HasCredential = 0x40, HasExtensions = 0x80;

    private AuthenticatorData(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> credentialId, ReadOnlyMemory<byte> publicKey)
    {
        Bytes = bytes;
        CredentialId = credentialId;
        PublicKey = CoseKey.Read(publicKey);
    }

    /// <summary>All of it, as signed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The hash of the relying party's id.</summary>
    public ReadOnlyMemory<byte> RpIdHash => Bytes[..32];

    /// <summary>The AAGUID's sixteen bytes.</summary>
    public ReadOnlyMemory<byte> Aaguid => Bytes.Slice(37, 16);

    /// <summary>The credential's id.</summary>
    public ReadOnlyMemory<byte> CredentialId { get; }

    /// <summary>The credential's public key.</summary>
    public CoseKey PublicKey { get; }

    /// <summary>Takes the data apart; every byte must belong to something.</summary>
    public static AuthenticatorData Read(ReadOnlyMemory<byte> bytes)
    {
        AttestationException.Require(bytes.Length > FixedPart, "the authenticator data is too short");
        var flags = bytes.Span[32];
        AttestationException.Require((flags & HasCredential) != 0, "the authenticator data holds no credential");

        // §4, credential id: at most 1023 bytes.
        var idLength = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[(FixedPart - 2)..]);
        AttestationException.Require(idLength is > 0 and <= 1023 && idLength < bytes.Length - FixedPart, "the credential id has a wrong length");
        var rest = bytes[(FixedPart + idLength)..];
        var keyLength = StrictCbor.LengthOfFirst(rest);
        var extensions = rest[keyLength..];
        if ((flags & HasExtensions) != 0)
            AttestationException.Require(!extensions.IsEmpty && StrictCbor.LengthOfFirst(extensions) == extensions.Length, "the extensions are not one CBOR value");
        else
            AttestationException.Require(extensions.IsEmpty, "bytes follow the credential's key");

        return new AuthenticatorData(bytes, bytes.Slice(FixedPart, idLength), rest[..keyLength]);
    }
}
