namespace Pynomaly.Identity.Administration.Importing;

/// <summary>A row of a table of the source, its columns found whatever their case and underscores.</summary>
/// <param name="place">Where it stands.</param>
internal sealed class ImportRow(string place)
{
    /// <summary>Most characters of a value: what is longer belongs to no account and no client.</summary>
    public const int LongestValue = 64 * 1024;

    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);

    public string Place => place;

    /// <summary>Why the row cannot be read; null when it can.</summary>
    public string? Problem { get; set; }

    public IEnumerable<string> Columns => values.Keys;

    public void Set(string column, string? value)
    {
        if (value is null) return;
        if (value.Length > LongestValue) Problem = $"{Printable(column)} is longer than {LongestValue} characters";
        else values[Key(column)] = value;
    }

    /// <summary>The first of the columns that has something in it.</summary>
    public string? Text(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
            if (values.TryGetValue(Key(column), out var value) && value.Length > 0) return value;
        return null;
    }

    /// <summary>Whether the column is true; null: it says nothing.</summary>
    public bool? Flag(string column) => Text(column)?.ToLowerInvariant() switch
    {
        "1" or "true" or "t" or "yes" => true,
        null => null,
        _ => false,
    };

    public static string Key(string column) => column.Replace("_", "", StringComparison.Ordinal);

    private static string Printable(string column) => new([.. column.Take(50).Where(c => c is >= ' ' and <= '~')]);
}
