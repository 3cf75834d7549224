namespace Samples.DetectorsApi;

/// <summary>The permission that an endpoint asks for; read again when a refusal has to name it.</summary>
internal sealed record RequiredPermission(string Name);
