using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>ID tokens (OpenID Connect Core §2), and signed UserInfo answers (§5.3.2).</summary>
[Specification("OpenID Connect Core 1.0", "OpenID Connect Core")]
public sealed class IdToken(KeyRing keys, ServerOptions options, TimeProvider time)
{
    private const string Type = "JWT";

    /// <summary>Writes and signs an ID token for the client, with the algorithm it is registered for.</summary>
    internal string Write(Application client, Account account, SignInContent sign, string? nonce, ClaimsRequest? request, string accessToken)
    {
        var key = keys.Active(client.Metadata.IdTokenSignedResponseAlg);
        return Jws.Write(key, Type, (this, client, account, sign, nonce, request, accessToken), static (json, state) =>
        {
            var (self, client, account, sign, nonce, request, accessToken) = state;
            var now = self.Now;
            json.WriteString("iss", self.Issuer);
            json.WriteString("sub", account.Id);
            json.WriteString("aud", client.ClientId);
            json.WriteNumber("exp", now + (long)self.Lifetime.TotalSeconds);
            json.WriteNumber("iat", now);
            json.WriteNumber("auth_time", sign.AuthTime.ToUnixTimeSeconds());
            if (nonce is not null) json.WriteString("nonce", nonce);
            json.WriteString("acr", sign.Acr);
            json.WriteStartArray("amr");
            foreach (var method in sign.Amr) json.WriteStringValue(method);
            json.WriteEndArray();
            if (sign.SessionId is not null) json.WriteString("sid", sign.SessionId);
            json.WriteString("at_hash", HalfHash(accessToken));
            UserClaims.Write(json, UserClaims.ForIdToken(account, request));
        });
    }

    /// <summary>Signs a UserInfo answer for the client (OpenID Connect Core §5.3.2: with iss and aud).</summary>
    public string WriteUserInfo(Application client, string algorithm, IReadOnlyDictionary<string, object> claims) =>
        Jws.Write(keys.Active(algorithm), Type, (Issuer, client, claims), static (json, state) =>
        {
            json.WriteString("iss", state.Issuer);
            json.WriteString("aud", state.client.ClientId);
            UserClaims.Write(json, state.claims);
        });

    /// <summary>Reads a hint: own signature by a current or former key, own issuer, any age; null when it does not hold (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §4).</summary>
    public IdTokenHint? ReadHint(string token)
    {
        if (Jws.Read(token, Type, keys.FindFormer) is not { } payload) return null;
        try
        {
            using var document = JsonDocument.Parse(payload);
            var claims = document.RootElement;
            // auth_time tells an ID token from a signed UserInfo answer, which carries none.
            if (claims.GetProperty("iss").GetString() != Issuer || !claims.TryGetProperty("auth_time", out _)) return null;
            return new IdTokenHint(claims.GetProperty("sub").GetString()!, claims.GetProperty("aud").GetString()!,
                claims.TryGetProperty("sid", out var sid) ? sid.GetString() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private string Issuer => options.Issuer;

    private TimeSpan Lifetime => options.Lifetimes.IdToken;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    // §3.1.3.6: the left half of the hash of the access token; all algorithms here hash with SHA-256.
    private static string HalfHash(string accessToken)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(accessToken), hash);
        return Base64Url.EncodeToString(hash[..16]);
    }
}
