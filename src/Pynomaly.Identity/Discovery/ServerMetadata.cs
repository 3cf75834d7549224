using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pynomaly.Identity.Discovery;

/// <summary>The server's description of itself, in the names of RFC 8414 §2, OpenID Connect Discovery §3 and the IANA registry. Only what holds stands here.</summary>
internal sealed record ServerMetadata
{
#pragma warning disable CS1591 // the names are the registry's
    public required string Issuer { get; init; }
    public required string AuthorizationEndpoint { get; init; }
    public required string TokenEndpoint { get; init; }
    public required string UserinfoEndpoint { get; init; }
    public required string JwksUri { get; init; }
    public required string EndSessionEndpoint { get; init; }
    public required string IntrospectionEndpoint { get; init; }
    public required IReadOnlyList<string> IntrospectionSigningAlgValuesSupported { get; init; }
    public required string RevocationEndpoint { get; init; }

    /// <summary>Ours: where resource servers follow which living tokens are ended.</summary>
    public required string PynomalyRevocationsEndpoint { get; init; }
    public required IReadOnlyList<string> ScopesSupported { get; init; }
    public required IReadOnlyList<string> ResponseTypesSupported { get; init; }
    public required IReadOnlyList<string> ResponseModesSupported { get; init; }
    public required IReadOnlyList<string> GrantTypesSupported { get; init; }
    public required IReadOnlyList<string> SubjectTypesSupported { get; init; }
    public required IReadOnlyList<string> IdTokenSigningAlgValuesSupported { get; init; }
    public required IReadOnlyList<string> UserinfoSigningAlgValuesSupported { get; init; }
    public required IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; init; }
    public IReadOnlyList<string>? TokenEndpointAuthSigningAlgValuesSupported { get; init; }
    public required IReadOnlyList<string> IntrospectionEndpointAuthMethodsSupported { get; init; }
    public IReadOnlyList<string>? IntrospectionEndpointAuthSigningAlgValuesSupported { get; init; }
    public required IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; init; }
    public IReadOnlyList<string>? RevocationEndpointAuthSigningAlgValuesSupported { get; init; }
    public required IReadOnlyList<string> CodeChallengeMethodsSupported { get; init; }
    [JsonPropertyName("dpop_signing_alg_values_supported")]
    public required IReadOnlyList<string> DPoPSigningAlgValuesSupported { get; init; }
    public required IReadOnlyList<string> PromptValuesSupported { get; init; }
    public required IReadOnlyList<string> DisplayValuesSupported { get; init; }
    public required IReadOnlyList<string> AcrValuesSupported { get; init; }
    public required IReadOnlyList<string> ClaimTypesSupported { get; init; }
    public required IReadOnlyList<string> ClaimsSupported { get; init; }
    public required IReadOnlyList<string> UiLocalesSupported { get; init; }
    public bool ClaimsParameterSupported { get; init; } = true;
    public bool AuthorizationResponseIssParameterSupported { get; init; } = true;
    public bool RequestParameterSupported { get; init; }

    /// <summary>Said although false, since absence means true.</summary>
    public bool RequestUriParameterSupported { get; init; }
#pragma warning restore CS1591

    /// <summary>The document's bytes.</summary>
    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, DiscoveryJson.Default.ServerMetadata);
}

/// <summary>Source-generated JSON of the document.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerMetadata))]
internal sealed partial class DiscoveryJson : JsonSerializerContext;
