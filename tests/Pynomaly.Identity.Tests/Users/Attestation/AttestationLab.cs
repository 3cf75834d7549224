using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users.Attestation;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>A maker of authenticators: a root of its own, a credential, and everything that statements are made of.</summary>
internal sealed class AttestationLab : IDisposable
{
    public static readonly Guid Model = Guid.Parse("0132d110-bf4e-4208-a403-ab4f5f12efe5");

    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _roots = Directory.CreateTempSubdirectory("attestation-roots");
    private readonly List<IDisposable> _disposables = [];

    public AttestationLab()
    {
        Credential = Key();
        AttestationKey = Key();
        Root = NewRoot("Roots");
        File.WriteAllBytes(Path.Combine(_roots.FullName, "root.der"), Root.RawData);
    }

    public MovableClock Clock { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    public ECDsa Credential { get; }

    public ECDsa AttestationKey { get; }

    public X509Certificate2 Root { get; }

    public byte[] ClientDataHash { get; } = RandomNumberGenerator.GetBytes(32);

    public byte[] CredentialId { get; } = RandomNumberGenerator.GetBytes(32);

    public string RootsDirectory => _roots.FullName;

    public ECDsa Key(string curve = "nistP256")
    {
        var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        _disposables.Add(key);
        return key;
    }

    public AttestationVerifier Verifier(params string[] allowed) => VerifierOf(RootsDirectory, allowed);

    public AttestationVerifier VerifierOf(string? roots, params string[] allowed) => new(
        new ServerOptions
        {
            Issuer = "https://localhost",
            DatabaseProvider = "Sqlite",
            ConnectionString = "",
            KeysDirectory = "",
            Passkeys = new PasskeySettings { AttestationRoots = roots, AllowedModels = allowed },
        },
        Clock);

    public X509Certificate2 NewRoot(string name)
    {
        var request = new CertificateRequest($"CN={name}", Key(), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var root = request.CreateSelfSigned(Made, Made.AddYears(20));
        _disposables.Add(root);
        return root;
    }

    /// <summary>An intermediate CA, or something that pretends to be one.</summary>
    public X509Certificate2 NewIntermediate(bool isAuthority)
    {
        var key = Key();
        var request = new CertificateRequest("CN=Intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        using var certificate = request.Create(Root, Made, Made.AddYears(10), RandomNumberGenerator.GetBytes(12));
        var withKey = certificate.CopyWithPrivateKey(key);
        _disposables.Add(withKey);
        return withKey;
    }

    public byte[] Issue(PublicKey key, X500DistinguishedName subject, IEnumerable<X509Extension> extensions, X509Certificate2? issuer = null, Func<ECDsa, X509SignatureGenerator>? sign = null)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions) request.CertificateExtensions.Add(extension);
        var by = issuer ?? Root;
        using var byKey = by.GetECDsaPrivateKey()!;
        using var certificate = request.Create(by.SubjectName, (sign ?? X509SignatureGenerator.CreateForECDsa)(byKey), Made, Made.AddYears(5), RandomNumberGenerator.GetBytes(12));
        return certificate.RawData;
    }

    public byte[] AuthenticatorData(byte[]? key = null, Guid? model = null, byte flags = 0x45, byte[]? extensions = null) =>
    [
        .. SHA256.HashData("example.org"u8), flags, 0, 0, 0, 0, .. (model ?? Model).ToByteArray(bigEndian: true),
        (byte)(CredentialId.Length >> 8), (byte)CredentialId.Length, .. CredentialId, .. key ?? Cose(Credential), .. extensions ?? [],
    ];

    public byte[] Signed(byte[] authenticatorData) => [.. authenticatorData, .. ClientDataHash];

    public AttestationOutcome Verify(byte[] attestationObject) => Verifier().Verify(attestationObject, ClientDataHash);

    public void AssertProven(byte[] attestationObject)
    {
        var outcome = Verify(attestationObject);
        Assert.Null(outcome.Reason);
        Assert.True(outcome.IsValid);
        Assert.True(outcome.IsProven);
    }

    public void AssertRefused(string reason, byte[] attestationObject)
    {
        var outcome = Verify(attestationObject);
        Assert.Equal(reason, outcome.Reason);
        Assert.False(outcome.IsProven);
    }

    public static byte[] Sign(ECDsa key, byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public static byte[] Cose(ECDsa key, int algorithm = -7, int curve = 1)
    {
        var point = key.ExportParameters(false).Q;
        return Encode(new Dictionary<object, object> { [1] = 2, [3] = algorithm, [-1] = curve, [-2] = point.X!, [-3] = point.Y! });
    }

    public static byte[] Object(string format, Dictionary<object, object> statement, byte[] authenticatorData) =>
        Encode(new Dictionary<object, object> { ["fmt"] = format, ["attStmt"] = statement, ["authData"] = authenticatorData });

    public static byte[] Encode(object value)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        Write(writer, value);
        return writer.Encode();
    }

    public void Dispose()
    {
        _disposables.ForEach(disposable => disposable.Dispose());
        _roots.Delete(recursive: true);
    }

    private static void Write(CborWriter writer, object value)
    {
        switch (value)
        {
            case int number: writer.WriteInt32(number); break;
            case string text: writer.WriteTextString(text); break;
            case byte[] bytes: writer.WriteByteString(bytes); break;
            case byte[][] list:
                writer.WriteStartArray(list.Length);
                foreach (var item in list) writer.WriteByteString(item);
                writer.WriteEndArray();
                break;
            case Dictionary<object, object> map:
                writer.WriteStartMap(map.Count);
                foreach (var (key, item) in map)
                {
                    Write(writer, key);
                    Write(writer, item);
                }

                writer.WriteEndMap();
                break;
            default: throw new ArgumentException($"{value.GetType()} is not written here", nameof(value));
        }
    }
}
