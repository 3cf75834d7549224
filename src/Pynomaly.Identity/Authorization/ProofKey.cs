using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Authorization;

/// <summary>Proof Key for Code Exchange, both halves: the challenge at the authorization endpoint, the verifier at the token endpoint.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc7636">RFC 7636</see>. S256 only: "plain" shows the verifier to whoever sees the request (RFC 9700 §2.1.1).</remarks>
[Specification("RFC 7636", "Proof Key for Code Exchange")]
internal static class ProofKey
{
    /// <summary>The one method.</summary>
    public const string Method = "S256";

    private const int ChallengeLength = 43; // base64url of SHA-256

    /// <summary>The challenge of an authorization request; null only for a confidential client that is exempt and sent none. §4.3.</summary>
    /// <exception cref="ProtocolException">invalid_request.</exception>
    public static string? ReadChallenge(ProtocolRequest request, Application client)
    {
        var challenge = request[Parameters.CodeChallenge];
        var method = request[Parameters.CodeChallengeMethod];
        if (challenge is null)
        {
            // RFC 9700 §2.1.1: a public client has nothing else that binds the code to it.
            if (client.IsPublic || client.Metadata.RequirePkce) throw ProtocolException.InvalidRequest("code_challenge is required");
            return method is null ? null : throw ProtocolException.InvalidRequest("code_challenge_method without code_challenge");
        }

        // §4.3: a method left out means plain, which is not served.
        if (method is not Method) throw ProtocolException.InvalidRequest("code_challenge_method must be S256");
        if (challenge.Length != ChallengeLength || !Base64Url.IsValid(challenge)) throw ProtocolException.InvalidRequest("code_challenge is malformed");
        return challenge;
    }

    /// <summary>Checks the verifier against the challenge bound to the code. §4.6.</summary>
    /// <exception cref="ProtocolException">invalid_grant.</exception>
    public static void Verify(string? verifier, string? challenge)
    {
        if (challenge is null)
        {
            // RFC 9700 §4.8.2: a verifier without a challenge is a downgrade attempt.
            if (verifier is not null) throw AuthorizationCode.Refusal();
            return;
        }

        if (!IsWellFormed(verifier)) throw AuthorizationCode.Refusal(); // §4.1
        var computed = Encoding.ASCII.GetBytes(Challenge(verifier!));
        if (!CryptographicOperations.FixedTimeEquals(computed, Encoding.ASCII.GetBytes(challenge))) throw AuthorizationCode.Refusal();
    }

    /// <summary>The S256 challenge of a verifier. §4.2.</summary>
    public static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    /// <summary>43 to 128 unreserved characters. §4.1.</summary>
    private static bool IsWellFormed(string? verifier)
    {
        if (verifier is not { Length: >= 43 and <= 128 }) return false;
        foreach (var c in verifier)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '~')) return false;
        return true;
    }
}
