namespace Pynomaly.Identity.Administration;

/// <summary>A setting in force.</summary>
/// <param name="Key">Its whole name.</param>
/// <param name="Value">Its value, or its default; null: none. Of a secret only that there is one.</param>
/// <param name="Source">"default", "file", "environment", "command line" or "program".</param>
/// <param name="File">For a file: its name.</param>
/// <param name="IsSecret">True: the value is not shown.</param>
public sealed record Setting(string Key, string? Value, string Source, string? File, bool IsSecret);
