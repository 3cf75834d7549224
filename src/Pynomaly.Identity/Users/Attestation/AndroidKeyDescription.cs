using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>What Android's keystore says about a key, KeyDescription (Android key attestation; Web Authentication Level 3 §8.4.1).</summary>
internal sealed class AndroidKeyDescription
{
    /// <summary>KM_ORIGIN_GENERATED and KM_PURPOSE_SIGN.</summary>
    public const int Generated = 0, Sign = 2;

    private const string Extension = "1.3.6.1.4.1.11129.2.1.17";
    private const int PurposeTag = 1, AllApplicationsTag = 600, OriginTag = 702;

    private AndroidKeyDescription(byte[] challenge) => Challenge = challenge;

    /// <summary>attestationChallenge.</summary>
    public byte[] Challenge { get; }

    /// <summary>allApplications, in either list.</summary>
    public bool IsForAllApplications { get; private set; }

    /// <summary>origin, of the list that the secure hardware enforces.</summary>
    public int? Origin { get; private set; }

    /// <summary>purpose, of the same list.</summary>
    public IReadOnlyList<int> Purposes { get; private set; } = [];

    /// <summary>Reads the extension of a certificate.</summary>
    public static AndroidKeyDescription Read(X509Certificate2 certificate)
    {
        var extension = AttestationCertificates.Find(certificate, Extension) ?? throw new AttestationException("the certificate does not describe the key");
        var reader = new AsnReader(extension.RawData, AsnEncodingRules.DER);
        var fields = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        // attestationVersion, attestationSecurityLevel, keyMintVersion, keyMintSecurityLevel. Left out: whether the level is TEE or better; the list below says it of this key.
        for (var i = 0; i < 4; i++) fields.ReadEncodedValue();
        var description = new AndroidKeyDescription(fields.ReadOctetString());
        fields.ReadOctetString(); // uniqueId
        var software = fields.ReadSequence();
        var hardware = fields.ReadSequence();
        while (software.HasData) description.Take(software, isHardware: false);
        while (hardware.HasData) description.Take(hardware, isHardware: true);
        return description;
    }

    private void Take(AsnReader list, bool isHardware)
    {
        var tag = list.PeekTag();
        AttestationException.Require(tag.TagClass == TagClass.ContextSpecific, "the certificate's description of the key is malformed");
        switch (tag.TagValue)
        {
            case AllApplicationsTag:
                list.ReadEncodedValue();
                IsForAllApplications = true;
                break;
            case OriginTag when isHardware:
                Origin = Number(list.ReadSequence(tag));
                break;
            case PurposeTag when isHardware:
                var purposes = new List<int>();
                for (var set = list.ReadSequence(tag).ReadSetOf(); set.HasData;) purposes.Add(Number(set));
                Purposes = purposes;
                break;
            default:
                list.ReadEncodedValue();
                break;
        }
    }

    private static int Number(AsnReader reader) =>
        reader.TryReadInt32(out var number) ? number : throw new AttestationException("the certificate's description of the key is malformed");
}
