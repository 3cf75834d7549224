namespace Pynomaly.Identity.Administration.Importing;

/// <summary>An account of the source.</summary>
internal sealed record ImportedPerson(string Place, string UserName) : ImportedRecord(Place)
{
    public string? Email { get; init; }

    public bool EmailVerified { get; init; }

    /// <summary>Claims by their names in OpenID Connect.</summary>
    public Dictionary<string, string?> Claims { get; } = new(StringComparer.Ordinal);

    public bool PhoneNumberVerified { get; init; }

    public bool IsDisabled { get; init; }

    /// <summary>A hash that the sign-in verifies; null: there is none.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Seeds of authenticator apps.</summary>
    public List<(string Name, byte[] Seed)> Seeds { get; } = [];

    /// <summary>Names of roles there that are everybody's.</summary>
    public IReadOnlyCollection<string> Roles { get; init; } = [];

    /// <summary>Roles that a client has there for itself, as "client/role".</summary>
    public IReadOnlyCollection<string> ClientRoles { get; init; } = [];

    /// <summary>Those of them whose likely name here would stand for another role there too: given only where somebody says what stands for it.</summary>
    public IReadOnlyCollection<string> RolesToMap { get; init; } = [];
}
