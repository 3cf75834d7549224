namespace Pynomaly.Identity.Administration;

/// <summary>What an operator changes about a key; null: it stays.</summary>
public sealed record ApiKeyChange
{
    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>The permissions and patterns that it is cut to. Tokens made before the change end.</summary>
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>The addresses and networks that it may be used from.</summary>
    public IReadOnlyList<string>? AllowedAddresses { get; init; }
}
