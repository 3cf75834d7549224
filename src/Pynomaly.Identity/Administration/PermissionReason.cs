namespace Pynomaly.Identity.Administration;

/// <summary>One reason why somebody holds a permission: the chain from source to pattern.</summary>
/// <param name="Kind">"role", "client" (its registration) or "api_key".</param>
/// <param name="Source">The role's name, the client_id or the key's id.</param>
/// <param name="Pattern">The pattern there that matches.</param>
public sealed record PermissionReason(string Kind, string Source, string Pattern);
