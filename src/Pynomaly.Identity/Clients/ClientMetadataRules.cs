using System.Security.Cryptography;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>What a client may be registered with, whoever registers it: a file, an administrator or itself. RFC 7591 §2, OpenID Connect Dynamic Client Registration §2.</summary>
/// <remarks>Whether its scopes exist and its permissions are well formed is the Administration's to say.</remarks>
public static class ClientMetadataRules
{
    private const int MostAddresses = 100;
    private const int LongestText = 2048;
    private static readonly string[] Grants = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.ClientCredentials];
    private static readonly string[] Assertions = [Algorithms.ES256, Algorithms.PS256, Algorithms.RS256];
    private static readonly string[] Methods =
        [ClientAuthenticationMethods.ClientSecretBasic, ClientAuthenticationMethods.ClientSecretPost, ClientAuthenticationMethods.PrivateKeyJwt, ClientAuthenticationMethods.None];

    /// <summary>Refuses metadata that break a rule.</summary>
    /// <exception cref="ClientMetadataException">Which, and why.</exception>
    public static void Require(ClientMetadata metadata, ServerOptions options)
    {
        if (Check(metadata, options) is { Count: > 0 } problems) throw new ClientMetadataException(problems);
    }

    /// <summary>The fields that break a rule, each with a sentence; empty when the client may be registered.</summary>
    public static IReadOnlyList<(string Field, Sentence Problem)> Check(ClientMetadata metadata, ServerOptions options)
    {
        var problems = new List<(string Field, Sentence Problem)>();
        Flows(metadata, problems);
        Addresses(metadata, options, problems);
        Authentication(metadata, options, problems);
        Signing(metadata, options, problems);
        Numbers(metadata, problems);
        return problems;
    }

    private static void Flows(ClientMetadata m, List<(string Field, Sentence Problem)> problems)
    {
        foreach (var grant in m.GrantTypes.Except(Grants)) problems.Add(("grant_types", new("no_grant", $"\"{Short(grant)}\" is not a grant of this server; write {string.Join(", ", Grants)}")));
        var code = m.GrantTypes.Contains(GrantTypes.AuthorizationCode);
        if (m.ResponseTypes.Exists(type => type != "code")) problems.Add(("response_types", new("no_code", $"The only response type is \"code\"")));
        if (code && m.RedirectUris.Count == 0) problems.Add(("redirect_uris", new("no_redirect", $"The grant authorization_code needs at least one")));
        if (m.GrantTypes.Contains(GrantTypes.RefreshToken) && !code) problems.Add(("grant_types", new("refresh_alone", $"refresh_token renews what authorization_code gave; name that too")));
        if (m.TokenEndpointAuthMethod == ClientAuthenticationMethods.None && m.GrantTypes.Contains(GrantTypes.ClientCredentials))
            problems.Add(("grant_types", new("public_service", $"A public client cannot use client_credentials (RFC 6749 §4.4)")));
        if (m.Consent is not ("explicit" or "implicit")) problems.Add(("consent", new("no_consent", $"Write explicit or implicit")));
        if (!m.RequirePkce && m.TokenEndpointAuthMethod == ClientAuthenticationMethods.None) problems.Add(("require_pkce", new("public_without_pkce", $"A public client cannot be exempted from PKCE (RFC 9700 §2.1.1)")));
        if (m.RequirePushedAuthorizationRequests) problems.Add(("require_pushed_authorization_requests", new("no_pushed_requests", $"This server has no pushed authorization requests yet")));
    }

    private static void Addresses(ClientMetadata m, ServerOptions options, List<(string Field, Sentence Problem)> problems)
    {
        Each("redirect_uris", m.RedirectUris, uri => RedirectUris.WhyRefused(uri, m), problems);
        Each("post_logout_redirect_uris", m.PostLogoutRedirectUris, uri => RedirectUris.WhyRefused(uri, m), problems);
        if (m.LogoUri is { } logo && OutboundAddress.WhyRefused(logo, options.OutboundAllowedHosts) is { } reason) problems.Add(("logo_uri", reason));
        foreach (var (field, uri) in new[] { ("client_uri", m.ClientUri), ("policy_uri", m.PolicyUri), ("tos_uri", m.TosUri) })
            if (uri is not null && WhyRefusedAsPage(uri) is { } problem) problems.Add((field, problem));
        foreach (var contact in m.Contacts ?? [])
            if (contact.Length is 0 or > 256 || contact.Any(char.IsControl)) problems.Add(("contacts", new("contact", $"Each is a line of at most 256 characters")));
        if (m.ClientName is { } name && (name.Length > 128 || name.Any(char.IsControl))) problems.Add(("client_name", new("name", $"Write at most 128 characters, in one line")));
    }

    private static void Authentication(ClientMetadata m, ServerOptions options, List<(string Field, Sentence Problem)> problems)
    {
        if (!Methods.Contains(m.TokenEndpointAuthMethod)) problems.Add(("token_endpoint_auth_method", new("no_method", $"Write one of {string.Join(", ", Methods)}")));
        if (m.TokenEndpointAuthSigningAlg is { } algorithm && !Assertions.Contains(algorithm)) problems.Add(("token_endpoint_auth_signing_alg", new("no_assertion_algorithm", $"Write one of {string.Join(", ", Assertions)}")));
        if (m.Jwks is not null && m.JwksUri is not null) problems.Add(("jwks", new("two_key_sets", $"jwks and jwks_uri exclude each other (RFC 7591 §2)")));
        if (m.TokenEndpointAuthMethod == ClientAuthenticationMethods.PrivateKeyJwt && m.Jwks is null && m.JwksUri is null) problems.Add(("jwks", new("no_keys", $"private_key_jwt needs jwks or jwks_uri")));
        if (m.JwksUri is { } uri && OutboundAddress.WhyRefused(uri, options.OutboundAllowedHosts) is { } problem) problems.Add(("jwks_uri", problem));
        if (m.Jwks is not { } jwks) return;
        try
        {
            ClientKeySet.ReadRegistered(jwks.GetRawText());
        }
        catch (CryptographicException e)
        {
            problems.Add(("jwks", new("no_key_set", $"This is no key set that the server takes: {e.Message}")));
        }
    }

    private static void Signing(ClientMetadata m, ServerOptions options, List<(string Field, Sentence Problem)> problems)
    {
        foreach (var (field, algorithm) in new[]
        {
            ("id_token_signed_response_alg", m.IdTokenSignedResponseAlg), ("userinfo_signed_response_alg", m.UserinfoSignedResponseAlg),
            ("introspection_signed_response_alg", m.IntrospectionSignedResponseAlg), ("access_token_signed_response_alg", m.AccessTokenSignedResponseAlg),
        })
        {
            // What a client never asks for need not exist: a service without people keeps the default of ID tokens.
            if (field == "id_token_signed_response_alg" && !m.GrantTypes.Contains(GrantTypes.AuthorizationCode)) continue;
            if (algorithm is not null && !options.SigningAlgorithms.Contains(algorithm))
                problems.Add((field, new("no_signing_algorithm", $"This server signs with {string.Join(", ", options.SigningAlgorithms)} (Identity:SigningAlgorithms), not with \"{Short(algorithm)}\"")));
        }
    }

    private static void Numbers(ClientMetadata m, List<(string Field, Sentence Problem)> problems)
    {
        if (m.DefaultMaxAge is < 0) problems.Add(("default_max_age", new("no_seconds", $"It is a number of seconds, 0 or more")));
        if (m.AccessTokenLifetime is < 10 or > 3600) problems.Add(("access_token_lifetime", new("lifetime", $"It is a number of seconds from 10 to 3600")));
        if (m.RefreshRetryWindow is < 0 or > 120) problems.Add(("refresh_retry_window", new("retry_window", $"It is a number of seconds from 0 to 120")));
    }

    private static void Each(string field, List<string> addresses, Func<string, Sentence?> why, List<(string Field, Sentence Problem)> problems)
    {
        if (addresses.Count > MostAddresses) problems.Add((field, new("too_many_addresses", $"There are more than {MostAddresses}")));
        foreach (var address in addresses.Take(MostAddresses))
            if ((address.Length > LongestText ? new Sentence("address_too_long", $"An address is longer than {LongestText} characters") : why(address)) is { } problem)
                problems.Add((field, new(problem.Code, $"{problem}: \"{Short(address)}\"")));
    }

    // Pages that people are led to at consent: only what a browser fetches over https, or from the developer's own machine.
    private static Sentence? WhyRefusedAsPage(string uri)
    {
        if (uri.Length > LongestText) return new("address_too_long", $"An address is longer than {LongestText} characters");
        if (RedirectUris.WhyRefusedAsLink(uri) is { } reason) return reason;
        var parsed = new Uri(uri);
        return parsed.Scheme == "https" || (parsed.Scheme == "http" && parsed.IsLoopback) ? null : new("not_https", $"It must be https");
    }

    private static string Short(string text) => new([.. text.Take(100).Select(c => char.IsControl(c) || c == '"' ? '?' : c)]);
}
