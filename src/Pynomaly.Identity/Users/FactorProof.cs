using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>A factor that was just given: who by, which, and the statement that takes it.</summary>
internal sealed record FactorProof
{
    /// <summary>The person.</summary>
    public required string UserId { get; init; }

    /// <summary>The method (<see cref="AuthenticationMethods"/>).</summary>
    public required string Method { get; init; }

    /// <summary>The half-done sign-in that it completes; null: it stands by itself.</summary>
    public PendingSignIn? Pending { get; init; }

    /// <summary>The account's stamp when the factor was read (<see cref="AccountStamp"/>); null: the statement that takes it sees every change by itself.</summary>
    public string? Stamp { get; init; }

    /// <summary>Whether the browser is to be trusted from now on.</summary>
    public TrustDevice Trust { get; init; }

    /// <summary>Takes the factor, once, in the transaction that starts the session. False: it does not hold, and nothing happens.</summary>
    public Func<SqlSession, CancellationToken, ValueTask<bool>> TakeAsync { get; init; } = static (_, _) => ValueTask.FromResult(true);

    /// <inheritdoc />
    public override string ToString() => $"{UserId} {Method}";
}
