namespace Pynomaly.Identity.Users;

/// <summary>A person as the framework's passkey handler knows them: an id, no more.</summary>
internal sealed record PasskeyHolder(string Id);
