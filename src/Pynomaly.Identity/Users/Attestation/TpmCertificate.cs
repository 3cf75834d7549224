using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>The certificate of a TPM's attestation identity key. Web Authentication Level 3 §8.3.1.</summary>
/// <remarks>Left out: the list of makers (TCG Vendor ID Registry). The configured roots say whose TPMs count.</remarks>
internal static class TpmCertificate
{
    private const string AlternativeName = "2.5.29.17", AttestationKeyUsage = "2.23.133.8.3";
    private const string Manufacturer = "2.23.133.2.1", Model = "2.23.133.2.2", FirmwareVersion = "2.23.133.2.3";

    /// <summary>Version 3, no subject, the TPM's make in the alternative name, the usage of an attestation key, not a CA.</summary>
    public static void Require(X509Certificate2 certificate)
    {
        AttestationCertificates.RequireLeaf(certificate);
        AttestationException.Require(certificate.SubjectName.RawData is [0x30, 0x00], "the certificate of a TPM has no subject");
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(usage => usage.EnhancedKeyUsages.OfType<System.Security.Cryptography.Oid>());
        AttestationException.Require(usages.Any(usage => usage.Value == AttestationKeyUsage), "the certificate is not for an attestation key");

        var extension = AttestationCertificates.Find(certificate, AlternativeName) ?? throw new AttestationException("the certificate does not say which TPM it is");
        var make = ReadMake(extension.RawData);
        AttestationException.Require(make.GetValueOrDefault(Manufacturer) is ['i', 'd', ':', _, ..], "the certificate does not name the TPM's manufacturer");
        AttestationException.Require(make.GetValueOrDefault(Model) is { Length: > 0 }, "the certificate does not name the TPM's model");
        AttestationException.Require(make.GetValueOrDefault(FirmwareVersion) is ['i', 'd', ':', _, ..], "the certificate does not name the TPM's version");
    }

    /// <summary>The attributes of the directory names (TCG EK Credential Profile §3.2.9), whether they share a relative name or have one each.</summary>
    private static Dictionary<string, string> ReadMake(byte[] extension)
    {
        var make = new Dictionary<string, string>();
        var reader = new AsnReader(extension, AsnEncodingRules.DER);
        var names = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var directoryName = new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true);
        while (names.HasData)
        {
            if (!names.PeekTag().HasSameClassAndValue(directoryName))
            {
                names.ReadEncodedValue();
                continue;
            }

            for (var relative = names.ReadSequence(directoryName).ReadSequence(); relative.HasData;)
            for (var attributes = relative.ReadSetOf(); attributes.HasData;)
            {
                var attribute = attributes.ReadSequence();
                var type = attribute.ReadObjectIdentifier();
                var value = attribute.ReadCharacterString((UniversalTagNumber)attribute.PeekTag().TagValue);
                AttestationException.Require(make.TryAdd(type, value), "the certificate names the TPM twice");
            }
        }

        return make;
    }
}
