using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>What a snippet says of a client. Texts are escaped as JSON is, which C#, JavaScript, Python and Go read alike.</summary>
internal sealed record SnippetClient
{
    /// <summary>One of <see cref="ClientPurposes"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The issuer, quoted.</summary>
    public required string Issuer { get; init; }

    /// <summary>The client identifier, quoted.</summary>
    public required string ClientId { get; init; }

    /// <summary>The first redirect URI, quoted.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Its path.</summary>
    public required string RedirectPath { get; init; }

    /// <summary>The scopes, each quoted.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The scopes, separated by blanks, quoted.</summary>
    public required string Scope { get; init; }

    /// <summary>The first API that it is the resource server of, quoted.</summary>
    public required string Audience { get; init; }

    /// <summary>The same without quotes, for a shell: only characters that need none.</summary>
    public required Func<string, string> Shell { get; init; }

    /// <summary>The issuer as it is.</summary>
    public required string IssuerText { get; init; }

    /// <summary>True when the secret goes into the body.</summary>
    public required bool IsPost { get; init; }

    /// <summary>True when the client may ask for refresh tokens.</summary>
    public required bool IsOffline { get; init; }

    /// <summary>Reads it.</summary>
    public static SnippetClient Of(Application client, string issuer)
    {
        var metadata = client.Metadata;
        var redirect = metadata.RedirectUris.FirstOrDefault() ?? "https://app.example.org/callback";
        return new SnippetClient
        {
            Purpose = ClientPurposes.Of(metadata), Issuer = Quote(issuer), IssuerText = issuer, ClientId = Quote(client.ClientId), RedirectUri = Quote(redirect),
            RedirectPath = Quote(Uri.TryCreate(redirect, UriKind.Absolute, out var uri) && uri.AbsolutePath.Length > 1 ? uri.AbsolutePath : "/callback"),
            Scopes = [.. ClientChanges.Words(metadata.Scope).Select(Quote)], Scope = Quote(metadata.Scope), Audience = Quote(metadata.Resources?.FirstOrDefault() ?? "https://api.example.org"),
            Shell = ShellQuote, IsPost = metadata.TokenEndpointAuthMethod == "client_secret_post", IsOffline = ClientChanges.Words(metadata.Scope).Contains("offline_access"),
        };
    }

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() });

    // Takes a quoted text: in single quotes, a shell changes nothing but the single quote itself.
    private static string ShellQuote(string quoted) => $"'{JsonNode.Parse(quoted)!.GetValue<string>().Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
