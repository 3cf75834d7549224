namespace Pynomaly.Identity.Model;

/// <summary>An authenticator app of a person (RFC 6238). It stands here only after its first code was proven.</summary>
public sealed class Authenticator
{
    /// <summary>The id, safe to show.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>The name the person gave it.</summary>
    public required string Name { get; set; }

    /// <summary>The seed, encrypted under the master key and bound to the person.</summary>
    public required string Secret { get; init; }

    /// <summary>The last time step that was accepted: only later ones are (RFC 6238 §5.2).</summary>
    public long LastStep { get; set; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was last used; null: never since it was added.</summary>
    public DateTimeOffset? LastUsed { get; set; }

    /// <inheritdoc />
    public override string ToString() => Id; // the seed does not belong in a log
}
