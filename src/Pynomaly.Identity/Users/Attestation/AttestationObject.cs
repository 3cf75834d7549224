using System.Formats.Cbor;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>An attestation object: format, statement and authenticator data (Web Authentication Level 3 §6.5.4).</summary>
internal sealed class AttestationObject : IDisposable
{
    private AttestationObject(string format, AttestationStatement statement, AuthenticatorData data)
    {
        Format = format;
        Statement = statement;
        Data = data;
    }

    /// <summary>"fmt", as written.</summary>
    public string Format { get; }

    /// <summary>"attStmt".</summary>
    public AttestationStatement Statement { get; }

    /// <summary>"authData".</summary>
    public AuthenticatorData Data { get; }

    /// <summary>Takes the three members, each once, nothing else.</summary>
    public static AttestationObject Read(ReadOnlyMemory<byte> encoded)
    {
        var reader = StrictCbor.Open(encoded);
        AttestationException.Require(reader.PeekState() == CborReaderState.StartMap && reader.ReadStartMap() == 3, "an attestation object has three members");
        string? format = null;
        ReadOnlyMemory<byte>? statement = null, data = null;
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            switch (reader.ReadTextString())
            {
                case "fmt": format = reader.ReadTextString(); break;
                case "attStmt": statement = reader.ReadEncodedValue(); break;
                case "authData": data = reader.ReadByteString(); break;
                default: throw new AttestationException("an attestation object has no such member");
            }
        }

        if (format is null || statement is null || data is null) throw new AttestationException("an attestation object has fmt, attStmt and authData");
        return new AttestationObject(format, AttestationStatement.Read(statement.Value), AuthenticatorData.Read(data.Value));
    }

    /// <summary>What most formats sign: the authenticator data and the hash of the client data, in this order.</summary>
    public byte[] SignedBytes(ReadOnlySpan<byte> clientDataHash) => [.. Data.Bytes.Span, .. clientDataHash];

    /// <inheritdoc/>
    public void Dispose() => Statement.Dispose();
}
