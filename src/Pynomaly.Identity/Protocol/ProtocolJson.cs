using System.Text.Json.Serialization;

namespace Pynomaly.Identity.Protocol;

/// <summary>The body of a refusal. RFC 6749 §5.2.</summary>
internal sealed record ErrorBody(string Error, string? ErrorDescription);

/// <summary>Source-generated JSON of the protocol's own small bodies.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
