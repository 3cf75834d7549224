using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>What a snippet says of a client. Texts are escaped as JSON is, which C#, JavaScript, Python and Go read alike.</summary>
internal sealed record SnippetClient
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>One of <see cref="ClientPurposes"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The issuer, quoted.</summary>
    public required string Issuer { get; init; }

    /// <summary>True when the issuer has no https: a server on the developer's own machine. Libraries want to be told that this is meant.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>The client identifier, quoted.</summary>
    public required string ClientId { get; init; }

    /// <summary>The redirect URI that the code uses, quoted: the first one; of a native client, the first that is a loopback address; of one on a web server, the first whose path the program does not use itself.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Its path, quoted.</summary>
    public required string RedirectPath { get; init; }

    /// <summary>True when the client's redirect URIs have that one.</summary>
    public required bool IsRegistered { get; init; }

    /// <summary>The scopes, each quoted.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The scopes, separated by blanks, quoted.</summary>
    public required string Scope { get; init; }

    /// <summary>The first API that it is the resource server of, quoted.</summary>
    public required string Audience { get; init; }

    /// <summary>The algorithm of its ID tokens, quoted.</summary>
    public required string Algorithm { get; init; }

    /// <summary>True when the secret goes into the body.</summary>
    public required bool IsPost { get; init; }

    /// <summary>Reads it.</summary>
    public static SnippetClient Of(Application client, string issuer)
    {
        var metadata = client.Metadata;
        var purpose = ClientPurposes.Of(metadata);
        // The programs for a device listen on a loopback address, whatever other addresses the client has (RFC 8252 §7.3).
        var registered = purpose == ClientPurposes.Native ? metadata.RedirectUris.Find(IsLoopback)
            : purpose == ClientPurposes.Web ? metadata.RedirectUris.Find(uri => !IsOwnPath(uri)) : metadata.RedirectUris.FirstOrDefault();
        var redirect = registered ?? (purpose == ClientPurposes.Native ? "http://127.0.0.1/callback" : metadata.RedirectUris is [var own, ..] ? new Uri(new Uri(own), "/callback").AbsoluteUri : "https://app.example.org/callback");
        return new SnippetClient
        {
            Purpose = purpose, Issuer = Quote(issuer), IsLocal = issuer.StartsWith("http:", StringComparison.Ordinal), ClientId = Quote(client.ClientId),
            RedirectUri = Quote(redirect), RedirectPath = Quote(new Uri(redirect, UriKind.Absolute).AbsolutePath), IsRegistered = registered is not null,
            Scopes = [.. ClientChanges.Words(metadata.Scope).Select(Quote)], Scope = Quote(metadata.Scope), Audience = Quote(metadata.Resources?.FirstOrDefault() ?? "https://api.example.org"),
            Algorithm = Quote(metadata.IdTokenSignedResponseAlg), IsPost = metadata.TokenEndpointAuthMethod == ClientAuthenticationMethods.ClientSecretPost,
        };
    }

    /// <summary>A quoted text as a shell reads it: in single quotes, it changes nothing but the single quote itself.</summary>
    public static string Shell(string quoted) => $"'{JsonNode.Parse(quoted)!.GetValue<string>().Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A remark behind the redirect URI where the client has yet to register it.</summary>
    public string Remark(string sign) => IsRegistered ? "" : $" {sign} register this address too: {(Purpose == ClientPurposes.Native ? "a program is answered on the device itself" : "/ and /sign-in are pages of this program")}";

    // With a port or without: of a loopback address any is accepted.
    private static bool IsLoopback(string uri) => uri.StartsWith("http://127.0.0.1/", StringComparison.Ordinal) || uri.StartsWith("http://127.0.0.1:", StringComparison.Ordinal);

    // The programs for a web server begin the sign-in there, and greet who is signed in.
    private static bool IsOwnPath(string uri) => new Uri(uri, UriKind.Absolute).AbsolutePath.TrimEnd('/').ToUpperInvariant() is "" or "/SIGN-IN";

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString(Plain);
}
