namespace Pynomaly.Identity.Users;

/// <summary>A sign-in whose first factor was right and whose second is still to come. It opens nothing but the pages that ask for it.</summary>
public sealed record PendingSignIn
{
    /// <summary>The handle in the pages' addresses: 256 random bits, worthless in another browser.</summary>
    public required string Handle { get; init; }

    /// <summary>Who it is.</summary>
    public required string UserId { get; init; }

    /// <summary>What was proven so far (<see cref="AuthenticationMethods"/>).</summary>
    public required IReadOnlyList<string> Amr { get; init; }

    /// <summary>When that was.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>The level that is wished for (<see cref="AuthenticationLevels"/>): says which factor to offer first.</summary>
    public required string Level { get; init; }

    /// <summary>True: the account has no second factor yet and must add one.</summary>
    public bool MustEnrol { get; init; }

    /// <summary>The method of the factor that was added under this sign-in; null: none was.</summary>
    public string? Enrolled { get; init; }

    /// <summary>The session that is to become stronger; null: a new sign-in.</summary>
    public string? SessionId { get; init; }

    /// <summary>The account's stamp when the first factor was right (<see cref="AccountStamp"/>).</summary>
    internal string? Stamp { get; init; }

    /// <inheritdoc />
    public override string ToString() => UserId; // the handle does not belong in a log
}
