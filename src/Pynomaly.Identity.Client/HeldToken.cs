namespace Pynomaly.Identity.Client;

/// <summary>A token, when it is to be renewed and when it ends.</summary>
internal sealed record HeldToken(string Text, string Scheme, DateTimeOffset Fetched, DateTimeOffset RenewAt, DateTimeOffset Ends)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(HeldToken); // tokens do not belong in a log
}
