namespace Pynomaly.Identity.ResourceServer;

/// <summary>The name of a scheme of this package: one for each call of AddPynomalyIdentity, for health and metrics.</summary>
internal sealed record SchemeName(string Value);
