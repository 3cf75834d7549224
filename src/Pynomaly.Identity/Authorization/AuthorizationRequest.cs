using System.Buffers.Text;
using System.Globalization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Authorization;

/// <summary>An authorization request that was found valid: every parameter in its own type. RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1.</summary>
public sealed record AuthorizationRequest
{
    private static readonly string[] KnownPrompts = [Prompts.None, Prompts.Login, Prompts.Consent, Prompts.SelectAccount];

    /// <summary>The parameters as they were sent, for an interaction to keep.</summary>
    public required ProtocolRequest Parameters { get; init; }

    /// <summary>Where the answer goes.</summary>
    public required AuthorizationTarget Target { get; init; }

    /// <summary>The scopes asked for.</summary>
    public required IReadOnlyList<Scope> Scopes { get; init; }

    /// <summary>The resource indicators asked for.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>The PKCE challenge; null for an exempt client that sent none.</summary>
    public string? CodeChallenge { get; init; }

    /// <summary>Thumbprint of the key that the code is to be bound to (dpop_jkt, RFC 9449 §10); null: none.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>The claims parameter.</summary>
    public ClaimsRequest? Claims { get; init; }

    /// <summary>The values of prompt.</summary>
    public IReadOnlyList<string> Prompt { get; init; } = [];

    /// <summary>The most seconds since the person proved who they are; the client's default where the request names none.</summary>
    public long? MaxAge { get; init; }

    /// <summary>Who the ID token hint says the person is.</summary>
    public string? HintedSubject { get; init; }

    /// <summary>The client.</summary>
    public Application Client => Target.Client;

    /// <summary>Whether prompt has the value.</summary>
    public bool Asks(string prompt) => Prompt.Contains(prompt);

    /// <summary>Whether the scope is asked for.</summary>
    public bool Has(string scope) => Scopes.Any(one => one.Name == scope);

    /// <summary>Whether the person may answer for the client: the hint and a sub asked for by value must be theirs (OpenID Connect Core §3.1.2.1, §5.5.1).</summary>
    public bool Suits(string subject) =>
        (HintedSubject is null || HintedSubject == subject)
        && (RequestedIdTokenClaim("sub") is not { Values.Count: > 0 } sub || sub.Values.Contains(subject))
        && (Claims?.UserInfo.FirstOrDefault(claim => claim.Name == "sub") is not { Values.Count: > 0 } other || other.Values.Contains(subject));

    /// <summary>The claim as asked for in the ID token; null when it is not.</summary>
    public RequestedClaim? RequestedIdTokenClaim(string name) => Claims?.IdToken.FirstOrDefault(claim => claim.Name == name);

    /// <summary>The values of prompt. "none" goes with nothing else; an unknown value is refused, because what it asks for could not be done.</summary>
    /// <exception cref="ProtocolException">invalid_request.</exception>
    internal static IReadOnlyList<string> ParsePrompt(string? prompt)
    {
        if (prompt is null) return [];
        var values = prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (values.Any(value => !KnownPrompts.Contains(value))) throw ProtocolException.InvalidRequest("prompt has a value that is not known");
        if (values.Contains(Prompts.None) && values.Length > 1) throw ProtocolException.InvalidRequest("prompt none cannot go with other values");
        return values;
    }

    /// <summary>dpop_jkt: base64url of a SHA-256.</summary>
    /// <exception cref="ProtocolException">invalid_request.</exception>
    internal static string? ParseThumbprint(string? thumbprint) =>
        thumbprint is null or { Length: 43 } && (thumbprint is null || Base64Url.IsValid(thumbprint)) ? thumbprint : throw ProtocolException.InvalidRequest("dpop_jkt is not the thumbprint of a key");

    /// <summary>max_age in seconds.</summary>
    /// <exception cref="ProtocolException">invalid_request.</exception>
    internal static long? ParseMaxAge(string? maxAge, int? fallback)
    {
        if (maxAge is null) return fallback;
        return long.TryParse(maxAge, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw ProtocolException.InvalidRequest("max_age must be a number of seconds");
    }
}
