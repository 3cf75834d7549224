using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>The members of an attestation statement, of all formats that are verified here (Web Authentication Level 3 §8). Each format says which it needs.</summary>
internal sealed class AttestationStatement : IDisposable
{
    // Attestation chains have two to four; a long one is work for us and no use for anybody.
    private const int MostCertificates = 6;

    private readonly List<X509Certificate2> certificates = [];

    private AttestationStatement()
    {
    }

    /// <summary>How many members there are, known or not.</summary>
    public int Count { get; private set; }

    /// <summary>"alg": a COSE algorithm.</summary>
    public int? Algorithm { get; private set; }

    /// <summary>"sig".</summary>
    public byte[]? Signature { get; private set; }

    /// <summary>"x5c": the attestation certificate, then those that lead to its root; null when there is no such member.</summary>
    public IReadOnlyList<X509Certificate2>? Certificates { get; private set; }

    /// <summary>"ver": the TPM's version.</summary>
    public string? Version { get; private set; }

    /// <summary>"certInfo": what the TPM signed.</summary>
    public byte[]? CertInfo { get; private set; }

    /// <summary>"pubArea": the TPM's own form of the credential's public key.</summary>
    public byte[]? PubArea { get; private set; }

    /// <summary>Reads the statement's map. Members that no format here knows are passed over: Apple's devices add "alg" to theirs.</summary>
    public static AttestationStatement Read(ReadOnlyMemory<byte> encoded)
    {
        var reader = new CborReader(encoded, CborConformanceMode.Ctap2Canonical);
        AttestationException.Require(reader.PeekState() == CborReaderState.StartMap, "attStmt is not a map");
        reader.ReadStartMap();
        var statement = new AttestationStatement();
        try
        {
            for (; reader.PeekState() != CborReaderState.EndMap; statement.Count++) statement.ReadMember(reader);
            return statement;
        }
        catch
        {
            statement.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => certificates.ForEach(certificate => certificate.Dispose());

    private void ReadMember(CborReader reader)
    {
        switch (reader.ReadTextString())
        {
            case "alg": Algorithm = reader.ReadInt32(); break;
            case "sig": Signature = reader.ReadByteString(); break;
            case "x5c": ReadCertificates(reader); break;
            case "ver": Version = reader.ReadTextString(); break;
            case "certInfo": CertInfo = reader.ReadByteString(); break;
            case "pubArea": PubArea = reader.ReadByteString(); break;
            default: reader.SkipValue(); break;
        }
    }

    private void ReadCertificates(CborReader reader)
    {
        var count = reader.ReadStartArray();
        AttestationException.Require(count is >= 1 and <= MostCertificates, "x5c has no certificate, or too many");
        while (reader.PeekState() != CborReaderState.EndArray) certificates.Add(ReadCertificate(reader.ReadByteString()));
        reader.ReadEndArray();
        Certificates = certificates;
    }

    private static X509Certificate2 ReadCertificate(byte[] encoded)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(encoded);
            // The loader takes PEM as well, and bytes behind the end; a statement carries the exact DER.
            if (certificate.RawDataMemory.Span.SequenceEqual(encoded)) return certificate;
            certificate.Dispose();
        }
        catch (CryptographicException)
        {
            // As any other certificate that is none.
        }

        throw new AttestationException("a certificate of x5c is not DER");
    }
}
