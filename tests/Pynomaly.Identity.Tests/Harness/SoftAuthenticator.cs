using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>An authenticator and its browser in software: makes one credential and signs with it, honestly, or with any step bent.</summary>
/// <remarks>Web Authentication Level 3 §5.8.1 (client data), §6.1 (authenticator data), §6.5.4 (attestation object). Each hook sees what the honest one made, and answers what is sent.</remarks>
public sealed class SoftAuthenticator : IDisposable
{
    /// <summary>Flags of the authenticator data.</summary>
    public const byte UserPresent = 0x01, UserVerified = 0x04, BackupEligible = 0x08, BackedUp = 0x10, HasCredential = 0x40, HasExtensions = 0x80;

    private readonly ECDsa _curve;
    private readonly RSA? _rsa;

    /// <summary>Makes a key: ES256, or RS256 of so many bits.</summary>
    public SoftAuthenticator(int rsaBits = 0)
    {
        _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (rsaBits > 0) _rsa = RSA.Create(rsaBits);
    }

    /// <summary>The credential's id.</summary>
    public byte[] Id { get; set; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>The same, base64url.</summary>
    public string IdText => Base64Url.EncodeToString(Id);

    /// <summary>The model.</summary>
    public Guid Model { get; set; }

    /// <summary>The person that the credential was made for: user.id, as sent.</summary>
    public string? UserHandle { get; set; }

    /// <summary>The counter of the next answer.</summary>
    public uint Counter { get; set; }

    /// <summary>What the authenticator says about the person and the key.</summary>
    public byte Flags { get; set; } = UserPresent | UserVerified;

    /// <summary>Where the browser is.</summary>
    public string Origin { get; set; } = TestServer.Issuer;

    /// <summary>Whom the authenticator believes to sign for.</summary>
    public string RelyingParty { get; set; } = "id.test";

    /// <summary>"none" or "packed" (self attestation).</summary>
    public string Format { get; set; } = "none";

    /// <summary>Changes members of the client data.</summary>
    public Action<JsonObject>? OnClientData { get; set; }

    /// <summary>Changes the client data's bytes.</summary>
    public Func<byte[], byte[]>? OnClientDataBytes { get; set; }

    /// <summary>Changes the authenticator data before it is signed.</summary>
    public Func<byte[], byte[]>? OnData { get; set; }

    /// <summary>Replaces the public key.</summary>
    public Func<byte[], byte[]>? OnPublicKey { get; set; }

    /// <summary>Changes the attestation object.</summary>
    public Func<byte[], byte[]>? OnAttestation { get; set; }

    /// <summary>Changes the signature.</summary>
    public Func<byte[], byte[]>? OnSignature { get; set; }

    /// <summary>Changes the answer's JSON.</summary>
    public Action<JsonObject>? OnAnswer { get; set; }

    /// <summary>navigator.credentials.create.</summary>
    public string Create(JsonElement options)
    {
        UserHandle = options.GetProperty("user").GetProperty("id").GetString();
        var clientData = ClientData("webauthn.create", options);
        var key = PublicKey();
        byte[] attested = [.. Model.ToByteArray(bigEndian: true), (byte)(Id.Length >> 8), (byte)Id.Length, .. Id, .. OnPublicKey?.Invoke(key) ?? key];
        var data = Data(HasCredential, attested);
        var attestation = Attestation(data, SHA256.HashData(clientData));
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData), ["attestationObject"] = Base64Url.EncodeToString(OnAttestation?.Invoke(attestation) ?? attestation),
            ["transports"] = new JsonArray("internal", "hybrid"),
        });
    }

    /// <summary>navigator.credentials.get.</summary>
    public string Get(JsonElement options)
    {
        var clientData = ClientData("webauthn.get", options);
        var data = Data(0, []);
        var signature = Sign([.. data, .. SHA256.HashData(clientData)]);
        var response = new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData), ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(OnSignature?.Invoke(signature) ?? signature),
        };
        if (UserHandle is not null) response["userHandle"] = UserHandle;
        return Answer(response);
    }

    /// <summary>A signature by this key over anything.</summary>
    public byte[] Sign(byte[] bytes) => _rsa?.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        ?? _curve.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc />
    public void Dispose()
    {
        _curve.Dispose();
        _rsa?.Dispose();
    }

    /// <summary>A COSE key by its parts, in CTAP2's order.</summary>
    public static byte[] Cose(int type, int algorithm, params (int Label, object Value)[] parts)
    {
        var writer = new CborWriter();
        writer.WriteStartMap(parts.Length + 2);
        writer.WriteInt32(1);
        writer.WriteInt32(type);
        writer.WriteInt32(3);
        writer.WriteInt32(algorithm);
        foreach (var (label, value) in parts)
        {
            writer.WriteInt32(label);
            if (value is byte[] bytes) writer.WriteByteString(bytes);
            else writer.WriteInt32((int)value);
        }

        writer.WriteEndMap();
        return writer.Encode();
    }

    private byte[] PublicKey()
    {
        if (_rsa?.ExportParameters(false) is { } rsa) return Cose(3, -257, (-1, rsa.Modulus!), (-2, rsa.Exponent!));
        var point = _curve.ExportParameters(false).Q;
        return Cose(2, -7, (-1, 1), (-2, point.X!), (-3, point.Y!));
    }

    private byte[] ClientData(string type, JsonElement options)
    {
        var members = new JsonObject { ["type"] = type, ["challenge"] = options.GetProperty("challenge").GetString(), ["origin"] = Origin, ["crossOrigin"] = false };
        OnClientData?.Invoke(members);
        var bytes = Encoding.UTF8.GetBytes(members.ToJsonString());
        return OnClientDataBytes?.Invoke(bytes) ?? bytes;
    }

    private byte[] Data(byte flags, byte[] attested)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        byte[] data = [.. SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty)), (byte)(Flags | flags), .. counter, .. attested];
        return OnData?.Invoke(data) ?? data;
    }

    private byte[] Attestation(byte[] data, byte[] clientDataHash)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString(Format);
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(Format == "packed" ? 2 : 0);
        if (Format == "packed")
        {
            writer.WriteTextString("alg");
            writer.WriteInt32(_rsa is null ? -7 : -257);
            writer.WriteTextString("sig");
            writer.WriteByteString(Sign([.. data, .. clientDataHash]));
        }

        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private string Answer(JsonObject response)
    {
        var answer = new JsonObject { ["id"] = IdText, ["rawId"] = IdText, ["type"] = "public-key", ["response"] = response, ["clientExtensionResults"] = new JsonObject() };
        OnAnswer?.Invoke(answer);
        return answer.ToJsonString();
    }
}
