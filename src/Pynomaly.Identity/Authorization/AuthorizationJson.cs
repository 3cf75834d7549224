using System.Text.Json.Serialization;

namespace Pynomaly.Identity.Authorization;

/// <summary>Source-generated JSON of what this room keeps.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuthorizationCode))]
[JsonSerializable(typeof(InteractionState))]
internal sealed partial class AuthorizationJson : JsonSerializerContext;
