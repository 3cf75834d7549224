namespace Pynomaly.Identity.Administration;

/// <summary>A second factor, without anything secret.</summary>
/// <param name="Kind">"passkey" or "authenticator".</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name that its owner gave it.</param>
/// <param name="Created">When it was added.</param>
/// <param name="LastUsed">When it was last used; null: never.</param>
public sealed record PersonFactor(string Kind, string Id, string Name, DateTimeOffset Created, DateTimeOffset? LastUsed);
