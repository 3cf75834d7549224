namespace Pynomaly.Identity.Users;

/// <summary>The browser of a completed sign-in: its id, and the reference that its cookie gets.</summary>
internal sealed record SeenDevice(string Id, string Key)
{
    /// <inheritdoc />
    public override string ToString() => Id; // the reference does not belong in a log
}
