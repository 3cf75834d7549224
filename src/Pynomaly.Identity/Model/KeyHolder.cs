namespace Pynomaly.Identity.Model;

/// <summary>Whom an API key speaks for, and what they hold at this moment.</summary>
/// <param name="Subject">The person's id, or the service's client_id: sub of the key's tokens.</param>
/// <param name="IsPerson">True for a person: their keys never carry a permission over this server.</param>
/// <param name="Patterns">What they hold.</param>
public sealed record KeyHolder(string Subject, bool IsPerson, IReadOnlyList<string> Patterns);
