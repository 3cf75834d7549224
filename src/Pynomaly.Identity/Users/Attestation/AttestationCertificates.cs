using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>What attestation certificates must be (Web Authentication Level 3 §8.2.1, §8.3.1).</summary>
internal static class AttestationCertificates
{
    private const string ModelExtension = "1.3.6.1.4.1.45724.1.1.4";
    private const string Country = "2.5.4.6", Organisation = "2.5.4.10", Unit = "2.5.4.11", CommonName = "2.5.4.3";

    /// <summary>§8.2.1: version 3, who made the authenticator, not a CA.</summary>
    public static void RequirePacked(X509Certificate2 certificate)
    {
        RequireLeaf(certificate);

        var subject = new Dictionary<string, string?>();
        foreach (var name in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
            AttestationException.Require(!name.HasMultipleElements && subject.TryAdd(name.GetSingleElementType().Value!, name.GetSingleElementValue()), "the certificate's subject is not plain");
        AttestationException.Require(subject.GetValueOrDefault(Country) is { Length: 2 } country && country.All(char.IsAsciiLetterUpper), "the certificate's subject has no country");
        AttestationException.Require(!string.IsNullOrWhiteSpace(subject.GetValueOrDefault(Organisation)), "the certificate's subject has no organisation");
        AttestationException.Require(subject.GetValueOrDefault(Unit) == "Authenticator Attestation", "the certificate's unit is not \"Authenticator Attestation\"");
        AttestationException.Require(!string.IsNullOrWhiteSpace(subject.GetValueOrDefault(CommonName)), "the certificate's subject has no common name");
    }

    /// <summary>Version 3 and basic constraints that say: not a CA. A CA's key must not stand in for an authenticator's.</summary>
    public static void RequireLeaf(X509Certificate2 certificate)
    {
        AttestationException.Require(certificate.Version == 3, "the certificate is not of version 3");
        var constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().ToArray();
        AttestationException.Require(constraints is [{ CertificateAuthority: false }], "the certificate's basic constraints do not say that it is no CA");
    }

    /// <summary>§8.2.1: where the certificate names a model (id-fido-gen-ce-aaguid), it is the authenticator data's, and the extension is not critical.</summary>
    public static void RequireModel(X509Certificate2 certificate, ReadOnlySpan<byte> aaguid)
    {
        if (Find(certificate, ModelExtension) is not { } extension) return;
        AttestationException.Require(!extension.Critical, "the certificate's model is marked critical");
        var model = AsnDecoder.ReadOctetString(extension.RawData, AsnEncodingRules.DER, out var read);
        AttestationException.Require(read == extension.RawData.Length && model.AsSpan().SequenceEqual(aaguid), "the certificate is another model's");
    }

    /// <summary>The one extension of this id; null when there is none.</summary>
    public static X509Extension? Find(X509Certificate2 certificate, string id)
    {
        var found = certificate.Extensions.Where(extension => extension.Oid?.Value == id).ToArray();
        AttestationException.Require(found.Length <= 1, "the certificate has an extension twice");
        return found.FirstOrDefault();
    }
}
