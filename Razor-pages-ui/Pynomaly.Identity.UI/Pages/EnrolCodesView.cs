namespace Pynomaly.Identity.UI.Pages;

/// <summary>The backup codes at the end of an enrolment, and the page after them.</summary>
internal sealed record EnrolCodesView(IReadOnlyList<string> Codes, string NextPath)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(EnrolCodesView); // the codes do not belong in a log
}
