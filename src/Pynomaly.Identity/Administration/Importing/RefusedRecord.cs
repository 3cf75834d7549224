namespace Pynomaly.Identity.Administration.Importing;

/// <summary>A thing of the source that cannot be taken.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Code">Why.</param>
/// <param name="Detail">In particular.</param>
/// <param name="IsSkipped">True: it is none of the operator's things, and nothing is missed.</param>
internal sealed record RefusedRecord(string Place, string Code, string? Detail = null, bool IsSkipped = false) : ImportedRecord(Place);
