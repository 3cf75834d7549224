using System.Formats.Cbor;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>CBOR as CTAP 2 writes it (canonical form): no indefinite lengths, no tags, sorted and unique keys, nothing behind the end; and no deeper or larger than needed.</summary>
/// <remarks>WebAuthn Level 3 §2.1: authenticators write the CTAP2 canonical form, and what is not in it is a strange encoder or an attack on the reader.</remarks>
internal static class StrictCbor
{
    /// <summary>Most bytes of an attestation object. Certificates are what fills one, about 1 KiB each.</summary>
    public const int LargestDocument = 64 * 1024;

    // COSE keys and statements need 3 levels, the compound of an extension's output a few more.
    private const int DeepestNesting = 8;

    /// <summary>Walks over the first value in one pass, without recursion, and gives its length.</summary>
    public static int LengthOfFirst(ReadOnlyMemory<byte> data)
    {
        AttestationException.Require(data.Length <= LargestDocument, "the CBOR is too large");
        var reader = new CborReader(data, CborConformanceMode.Ctap2Canonical, allowMultipleRootLevelValues: true);
        do
        {
            Step(reader);
            AttestationException.Require(reader.CurrentDepth <= DeepestNesting, "the CBOR is nested too deep");
        }
        while (reader.CurrentDepth > 0);
        return data.Length - reader.BytesRemaining;
    }

    /// <summary>A reader over a document that is one value and nothing else.</summary>
    public static CborReader Open(ReadOnlyMemory<byte> document)
    {
        AttestationException.Require(LengthOfFirst(document) == document.Length, "bytes follow the CBOR");
        return new CborReader(document, CborConformanceMode.Ctap2Canonical);
    }

    private static void Step(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap: reader.ReadStartMap(); break;
            case CborReaderState.EndMap: reader.ReadEndMap(); break;
            case CborReaderState.StartArray: reader.ReadStartArray(); break;
            case CborReaderState.EndArray: reader.ReadEndArray(); break;
            case CborReaderState.Finished: throw new AttestationException("the CBOR is empty");
            default: reader.SkipValue(); break;
        }
    }
}
