namespace Pynomaly.Identity.Administration.Importing;

/// <summary>How far an import is. What stands here is committed.</summary>
/// <param name="Position">Records that are through.</param>
/// <param name="Created">Of these, made here.</param>
/// <param name="Skipped">There already.</param>
/// <param name="Refused">Not taken.</param>
public sealed record ImportProgress(long Position, long Created, long Skipped, long Refused);
