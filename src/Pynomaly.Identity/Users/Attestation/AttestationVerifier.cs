using System.Formats.Asn1;
using System.Formats.Cbor;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>Verifies attestation statements: what an authenticator says about its own make (Web Authentication Level 3 §6.5, §7.1 steps 21 to 24, §8).</summary>
/// <remarks>
/// Left out: "android-safetynet" (§8.5; the service behind it was switched off), "compound" (§8.9) and the FIDO Metadata Service. Every input gives an outcome: what
/// cannot be read is not proven, in time and memory bounded by its own length.
/// </remarks>
[Specification("Web Authentication Level 3", "An API for accessing Public Key Credentials")]
public sealed class AttestationVerifier(ServerOptions options, TimeProvider time) : IHostedService
{
    private static readonly Dictionary<string, IAttestationFormat> Formats =
        new IAttestationFormat[] { new NoneFormat(), new PackedFormat(), new TpmFormat(), new AndroidKeyFormat(), new FidoU2fFormat(), new AppleFormat() }
            .ToDictionary(format => format.Name, StringComparer.Ordinal);

    private readonly Lazy<TrustAnchors> anchors = new(() => TrustAnchors.Read(options.Passkeys.AttestationRoots));
    private readonly HashSet<Guid> admitted = [.. options.Passkeys.AllowedModels.Select(Guid.Parse)];

    /// <summary>Verifies the statement of an attestation object for the SHA-256 hash of the client data. Whether the ceremony itself is right (§7.1) is not asked here.</summary>
    /// <exception cref="ConfigurationException">The directory of roots cannot be read.</exception>
    public AttestationOutcome Verify(ReadOnlyMemory<byte> attestationObject, ReadOnlyMemory<byte> clientDataHash)
    {
        var outcome = new AttestationOutcome { Format = "unknown" };
        try
        {
            AttestationException.Require(clientDataHash.Length == SHA256.HashSizeInBytes, "the hash of the client data is none");
            using var attestation = AttestationObject.Read(attestationObject);
            // §7.1 step 20: the identifier is compared exactly.
            if (!Formats.TryGetValue(attestation.Format, out var format)) throw new AttestationException("the format is not one that is verified here");
            var model = format.CoversModel ? new Guid(attestation.Data.Aaguid.Span, bigEndian: true) : Guid.Empty;
            outcome = outcome with { Format = format.Name, Model = model, IsAdmittedModel = admitted.Count == 0 || admitted.Contains(model) };

            var path = format.Verify(attestation, clientDataHash.Span);
            outcome = outcome with { IsValid = true };
            AttestationException.Require(path.Count > 0, "no certificate stands behind the statement");
            anchors.Value.Require(path, time.GetUtcNow());
            return outcome with { IsProven = true };
        }
        catch (AttestationException e)
        {
            return outcome with { Reason = e.Message };
        }
        // What the readers of CBOR, DER and keys throw for input that is not what it should be. Their words may quote it, so they are not passed on.
        catch (Exception e) when (e is CborContentException or AsnContentException or CryptographicException or InvalidOperationException or OverflowException or ArgumentException)
        {
            return outcome with { Reason = "the statement is malformed" };
        }
    }

    /// <summary>Reads the roots where statements are demanded: a server that could prove none must not start.</summary>
    /// <exception cref="ConfigurationException">The directory of roots cannot be read.</exception>
    Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        if (options.Passkeys.Attestation == "Required") _ = anchors.Value;
        return Task.CompletedTask;
    }

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
