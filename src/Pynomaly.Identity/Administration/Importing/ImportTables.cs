using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>The tables of the source, from JSON, CSV or a SQLite file. A table is known by its name, or by its columns where a file has no names.</summary>
internal sealed class ImportTables : IDisposable
{
    private const int LargestJson = 1 << 30;
    private readonly List<(string Name, HashSet<string> Columns, Func<IEnumerable<ImportRow>> Rows)> tables = [];
    private readonly List<IDisposable> open = [];

    /// <summary>Opens the files.</summary>
    /// <exception cref="ConfigurationException">One is not what it should be.</exception>
    public static ImportTables Open(IReadOnlyList<ImportFile> files)
    {
        var result = new ImportTables();
        try
        {
            foreach (var file in files) result.Add(file);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>The rows of the table with one of these names, or else of the first one that has all the columns; none when there is no such table.</summary>
    public IEnumerable<ImportRow> Rows(string[] names, params string[] columns)
    {
        var keys = columns.Select(ImportRow.Key).ToArray();
        var found = tables.FindAll(table => names.Contains(table.Name, StringComparer.OrdinalIgnoreCase));
        if (found.Count == 0 && keys.Length > 0) found = [.. tables.Where(table => keys.All(table.Columns.Contains)).Take(1)];
        return found.SelectMany(table => table.Rows());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var one in open) one.Dispose();
    }

    private void Add(ImportFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Name);
        Span<byte> head = stackalloc byte[64];
        using (var stream = file.Open()) head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (head.StartsWith("SQLite format 3\0"u8)) AddSqlite(file);
        else if (Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n') is ['{' or '[', ..]) AddJson(file, name);
        else AddTable(name, () => Csv(file));
    }

    private static IEnumerable<ImportRow> Csv(ImportFile file)
    {
        using var rows = CsvTable.Read(file).GetEnumerator();
        while (true)
        {
            try
            {
                if (!rows.MoveNext()) yield break;
            }
            catch (DecoderFallbackException)
            {
                throw new ConfigurationException($"{file.Name} is not UTF-8 text.");
            }

            yield return rows.Current;
        }
    }

    /// <summary>A JSON file, its duplicate names refused: which of two is meant, nobody knows.</summary>
    public static JsonDocument ReadJson(ImportFile file)
    {
        using var stream = file.Open();
        if (stream.Length > LargestJson) throw new ConfigurationException($"{file.Name} is larger than 1 GB. Split it, or use CSV or a SQLite file, which are read row by row.");
        try
        {
            return JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{file.Name}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON. {e.Message.Split(" LineNumber")[0]}");
        }
    }

    /// <summary>A value as text; null when there is none, or it is no text at all.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind switch { JsonValueKind.Null or JsonValueKind.Undefined => null, JsonValueKind.String => value.GetString(), _ => value.GetRawText() };
        }
        catch (InvalidOperationException)
        {
            return "\0"; // half a surrogate pair: refused wherever a text is asked for
        }
    }

    private void AddJson(ImportFile file, string name)
    {
        var document = ReadJson(file);
        open.Add(document);
        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            AddArray(file, name, document.RootElement);
            return;
        }

        foreach (var member in document.RootElement.EnumerateObject())
            if (member.Value.ValueKind == JsonValueKind.Array) AddArray(file, member.Name, member.Value);
    }

    private void AddArray(ImportFile file, string name, JsonElement array) => AddTable(name, () => array.EnumerateArray().Select((item, number) =>
    {
        var row = new ImportRow($"{file.Name}, {name}[{number}]");
        if (item.ValueKind != JsonValueKind.Object) row.Problem = "no object";
        else foreach (var member in item.EnumerateObject()) row.Set(member.Name, TextOf(member.Value));
        return row;
    }));

    private void AddSqlite(ImportFile file)
    {
        if (file.Path is null) throw new ConfigurationException("A SQLite file is imported on the machine where it lies, by the command import.");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file.Path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        open.Add(connection);
        try
        {
            connection.Open();
            List<string> names = [];
            using (var command = connection.CreateCommand())
            {
                command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
                using var reader = command.ExecuteReader();
                while (reader.Read()) names.Add(reader.GetString(0));
            }

            foreach (var name in names) AddTable(name, () => SqliteRows(connection, file, name));
        }
        catch (SqliteException e)
        {
            throw new ConfigurationException($"{file.Name} cannot be read: {e.Message}");
        }
    }

    // In the order of rowid, which a table that nobody writes to keeps: positions count on it.
    private static IEnumerable<ImportRow> SqliteRows(SqliteConnection connection, ImportFile file, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        using var reader = command.ExecuteReader();
        for (var number = 1; reader.Read(); number++)
        {
            var row = new ImportRow($"{file.Name}, {table} row {number}");
            for (var i = 0; i < reader.FieldCount; i++)
                if (!reader.IsDBNull(i)) row.Set(reader.GetName(i), Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture));
            yield return row;
        }
    }

    private void AddTable(string name, Func<IEnumerable<ImportRow>> rows) =>
        tables.Add((name, new HashSet<string>(rows().Take(20).SelectMany(row => row.Columns), StringComparer.OrdinalIgnoreCase), rows));
}
