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

    /// <summary>The level that the sign-in has to reach (<see cref="AuthenticationLevels"/>).</summary>
    public required string Level { get; init; }

    /// <summary>True: the account has no second factor yet and must add one.</summary>
    public bool MustEnrol { get; init; }

    /// <inheritdoc />
    public override string ToString() => UserId; // the handle does not belong in a log
}
