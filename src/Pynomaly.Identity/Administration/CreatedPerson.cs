namespace Pynomaly.Identity.Administration;

/// <summary>The account that was made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Link">The one-time link by which the person sets a password; it is sent too, when there is e-mail and an address.</param>
public sealed record CreatedPerson(string Id, string Link)
{
    /// <inheritdoc />
    public override string ToString() => Id; // the link is a secret
}
