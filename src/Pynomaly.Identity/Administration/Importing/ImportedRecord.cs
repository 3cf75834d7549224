namespace Pynomaly.Identity.Administration.Importing;

/// <summary>One thing of the source, in this server's words. The order in which a source gives them is always the same: positions count them.</summary>
/// <param name="Place">Where it stands in the source.</param>
internal abstract record ImportedRecord(string Place)
{
    /// <summary>What the source already says cannot be kept: code, and a detail.</summary>
    public List<(string Code, string? Detail)> Notes { get; } = [];

    /// <inheritdoc />
    public sealed override string ToString() => Place; // neither hashes nor seeds belong in a log
}
