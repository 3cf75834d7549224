namespace Pynomaly.Identity.Administration.Importing;

/// <summary>What became of an import, or would.</summary>
/// <param name="Id">Its id; null of a dry run.</param>
/// <param name="Progress">How many.</param>
/// <param name="Report">What could not be taken or kept.</param>
public sealed record ImportResult(string? Id, ImportProgress Progress, ImportReport Report);
