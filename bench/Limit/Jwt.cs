using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Bench.Limit;

/// <summary>Access tokens written by hand (RFC 9068's claims), signed and verified with one key object per thread.</summary>
internal static class Jwt
{
    public const string Issuer = "http://127.0.0.1";

    private static readonly Lazy<ECParameters> EcParameters = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportParameters(includePrivateParameters: true);
    });

    // The size that the server under test uses.
    private static readonly Lazy<RSAParameters> RsaParameters = new(() =>
    {
        using var key = RSA.Create(3072);
        return key.ExportParameters(includePrivateParameters: true);
    });

    private static readonly byte[] EsHeader = Header("ES256");
    private static readonly byte[] RsHeader = Header("RS256");

    [ThreadStatic] private static ECDsa? t_ec;
    [ThreadStatic] private static RSA? t_rsa;

    private static ECDsa Ec => t_ec ??= ECDsa.Create(EcParameters.Value);

    private static RSA Rsa => t_rsa ??= RSA.Create(RsaParameters.Value);

    public static byte[] Es256(string clientId, string scope) => Sign(EsHeader, clientId, scope, 64,
        static (input, signature) => Ec.TrySignData(input, signature, HashAlgorithmName.SHA256, out _));

    public static byte[] Rs256(string clientId, string scope) => Sign(RsHeader, clientId, scope, 384,
        static (input, signature) => Rsa.TrySignData(input, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, out _));

    /// <summary>The payload of an ES256 token whose signature holds, or null.</summary>
    public static byte[]? Verify(string token)
    {
        var lastDot = token.LastIndexOf('.');
        var firstDot = token.IndexOf('.', StringComparison.Ordinal);
        if (firstDot <= 0 || lastDot <= firstDot) return null;

        Span<byte> signature = stackalloc byte[64];
        if (!Base64Url.TryDecodeFromChars(token.AsSpan(lastDot + 1), signature, out var written) || written != 64) return null;

        var valid = Ec.VerifyData(Encoding.ASCII.GetBytes(token, 0, lastDot), signature, HashAlgorithmName.SHA256);
        return valid ? Base64Url.DecodeFromChars(token.AsSpan(firstDot + 1, lastDot - firstDot - 1)) : null;
    }

    private static byte[] Sign(byte[] header, string clientId, string scope, int signatureLength, SignInto sign)
    {
        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload)) WriteClaims(json, clientId, scope);

        var payloadLength = Base64Url.GetEncodedLength(payload.WrittenCount);
        var inputLength = header.Length + 1 + payloadLength;
        var token = new byte[inputLength + 1 + Base64Url.GetEncodedLength(signatureLength)];
        header.CopyTo(token, 0);
        token[header.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(payload.WrittenSpan, token.AsSpan(header.Length + 1));
        Span<byte> signature = stackalloc byte[signatureLength];
        sign(token.AsSpan(0, inputLength), signature);
        token[inputLength] = (byte)'.';
        Base64Url.EncodeToUtf8(signature, token.AsSpan(inputLength + 1));
        return token;
    }

    private static void WriteClaims(Utf8JsonWriter json, string clientId, string scope)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        Span<byte> jti = stackalloc byte[22];
        Base64Url.EncodeToUtf8(id, jti);
        json.WriteStartObject();
        json.WriteString("iss"u8, Issuer);
        json.WriteString("sub"u8, clientId);
        json.WriteString("aud"u8, "https://api.pynomaly.local"u8);
        json.WriteString("client_id"u8, clientId);
        json.WriteNumber("exp"u8, now + 600);
        json.WriteNumber("iat"u8, now);
        json.WriteNumber("nbf"u8, now);
        json.WriteString("jti"u8, jti);
        json.WriteString("scope"u8, scope);
        json.WriteStartArray("permissions"u8);
        json.WriteStringValue("read:detectors"u8);
        json.WriteStringValue("read:datasets"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static byte[] Header(string algorithm) =>
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"{{algorithm}}","typ":"at+jwt","kid":"bench-key-1"}""")));

    private delegate bool SignInto(ReadOnlySpan<byte> input, Span<byte> signature);
}
