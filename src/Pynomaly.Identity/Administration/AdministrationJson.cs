using System.Text.Json.Serialization;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>Source-generated JSON of configuration files: strict, so that a misspelt member is refused.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ClientMetadata))]
[JsonSerializable(typeof(UserProfile))]
internal sealed partial class AdministrationJson : JsonSerializerContext;
