using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pynomaly.Identity.SelfService;

/// <summary>Source-generated JSON of the data export: indented, for people read it too.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ExportJson : JsonSerializerContext;
