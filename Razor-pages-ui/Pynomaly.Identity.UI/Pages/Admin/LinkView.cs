namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A one-time link that an operator hands over. Shown in the answer of the form that made it, and never again.</summary>
/// <param name="Name">What for: the name of its texts below "Link.".</param>
/// <param name="Address">The link.</param>
/// <param name="Back">Where the page goes on.</param>
internal sealed record LinkView(string Name, string Address, string Back)
{
    /// <inheritdoc/>
    public override string ToString() => Name; // the link is a secret
}
