using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>A client's DPoP key, and proofs made with it as the test wants them.</summary>
public sealed class ProofKey(PaperIssuer issuer)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>RFC 7638.</summary>
    public string Thumbprint
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""")));
        }
    }

    /// <summary>A token bound to this key.</summary>
    public string Token() => issuer.Sign(claims => claims["cnf"] = new { jkt = Thumbprint });

    /// <summary>A proof that holds, but for what the caller changes.</summary>
    public string Prove(string token, string path = "/detectors", Action<Dictionary<string, object>>? change = null, string type = "dpop+jwt", bool isPrivate = false)
    {
        var numbers = _key.ExportParameters(true);
        var jwk = new Dictionary<string, string> { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(numbers.Q.X), ["y"] = Base64UrlEncoder.Encode(numbers.Q.Y) };
        if (isPrivate) jwk["d"] = Base64UrlEncoder.Encode(numbers.D);
        var claims = new Dictionary<string, object>
        {
            ["jti"] = Guid.NewGuid().ToString(), ["htm"] = "GET", ["htu"] = $"https://api.test{path}", ["iat"] = issuer.Now,
            ["ath"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token))),
        };
        change?.Invoke(claims);
        return issuer.SignHeader(JsonSerializer.Serialize(new { alg = "ES256", typ = type, jwk }), JsonSerializer.Serialize(claims), new ECDsaSecurityKey(_key));
    }
}
