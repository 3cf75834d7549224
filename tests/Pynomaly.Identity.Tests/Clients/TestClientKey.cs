using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>A client's own key, and the assertions that it signs: right ones, and wrong ones on purpose.</summary>
internal sealed class TestClientKey(string kid)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string PublicJwk => Jwk(includePrivate: false);

    public string PrivateJwk => Jwk(includePrivate: true);

    public byte[] Spki => _key.ExportSubjectPublicKeyInfo();

    public static string Set(params TestClientKey[] keys) => $$"""{"keys":[{{string.Join(',', keys.Select(key => key.PublicJwk))}}]}""";

    public static JsonElement Element(params TestClientKey[] keys) => JsonDocument.Parse(Set(keys)).RootElement.Clone();

    /// <summary>Signs header and payload, whatever they say.</summary>
    public string Sign(string header, string payload)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>A right assertion but for what the test replaces: a claim set to null is left out.</summary>
    public string Assert(string clientId, string audience, DateTimeOffset now, params (string Claim, object? Value)[] replaced)
    {
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = clientId, ["sub"] = clientId, ["aud"] = audience, ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddMinutes(1).ToUnixTimeSeconds(),
        };
        foreach (var (claim, value) in replaced) claims[claim] = value;
        return Sign($$"""{"alg":"ES256","kid":"{{kid}}"}""", JsonSerializer.Serialize(claims.Where(claim => claim.Value is not null).ToDictionary()));
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private string Jwk(bool includePrivate)
    {
        var numbers = _key.ExportParameters(includePrivate);
        var d = includePrivate ? $",\"d\":\"{Base64Url.EncodeToString(numbers.D)}\"" : "";
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(numbers.Q.X)}}","y":"{{Base64Url.EncodeToString(numbers.Q.Y)}}","kid":"{{kid}}"{{d}}}""";
    }
}
