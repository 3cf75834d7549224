namespace Pynomaly.Identity.Administration.Importing;

/// <summary>What became of a batch of records. Made afresh whenever its transaction is tried again.</summary>
internal sealed class ImportOutcome
{
    public long Created { get; private set; }

    public long Skipped { get; private set; }

    public long Refused { get; private set; }

    public Dictionary<string, long> Made { get; } = new(StringComparer.Ordinal);

    public List<(string Code, bool IsRefusal, string Place)> Notes { get; } = [];

    /// <summary>True when clients, scopes or roles came in, which nodes hold in memory.</summary>
    public bool ChangesCatalogue { get; private set; }

    public void Create(string what, bool isCatalogue = false)
    {
        Created++;
        Count(what);
        ChangesCatalogue |= isCatalogue;
    }

    public void Count(string what) => Made[what] = Made.GetValueOrDefault(what) + 1;

    public void Skip() => Skipped++;

    public void Refuse(ImportedRecord record, string code, string? detail = null)
    {
        Refused++;
        Notes.Add((code, true, detail is null ? record.Place : $"{record.Place}: {detail}"));
    }

    public void Note(ImportedRecord record, string code, string? detail = null) => Notes.Add((code, false, detail is null ? record.Place : $"{record.Place}: {detail}"));
}
