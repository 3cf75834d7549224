namespace Pynomaly.Identity.SelfService;

/// <summary>How asking for the deletion of one's account ended.</summary>
public abstract record DeletionResult
{
    /// <summary>It will be deleted then; until then a sign-in can keep it. All sessions and grants have ended.</summary>
    public sealed record Asked(DateTimeOffset DeleteAfter) : DeletionResult;

    /// <summary>It is deleted: this server does not wait.</summary>
    public sealed record Deleted : DeletionResult;

    /// <summary>The proof of who asks is too old (<see cref="Confirmation"/>).</summary>
    public sealed record NotConfirmed : DeletionResult;

    /// <summary>It is the only administrator: nobody could look after this server any more.</summary>
    public sealed record LastAdministrator : DeletionResult;
}
