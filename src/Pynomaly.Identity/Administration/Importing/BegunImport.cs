namespace Pynomaly.Identity.Administration.Importing;

/// <summary>An import that is entered and waits to be run.</summary>
/// <param name="Id">Its id.</param>
/// <param name="RunAsync">Runs it to its end, or until it is cancelled; once.</param>
internal sealed record BegunImport(string Id, Func<IProgress<ImportProgress>?, CancellationToken, Task<ImportResult>> RunAsync);
