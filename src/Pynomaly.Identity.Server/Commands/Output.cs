using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>What a command answers on standard output: a table for people, or JSON for scripts.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes JSON.</summary>
    public static void Json(JsonNode node) => Console.Out.WriteLine(node.ToJsonString(Readable));

    /// <summary>Writes that something is done: a sentence, or the sentence as JSON.</summary>
    public static void Tell(ParseResult result, string sentence)
    {
        if (result.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == "--json") is { } json && result.GetValue(json)) Json(new JsonObject { ["done"] = sentence });
        else Console.Out.WriteLine(Lines(sentence));
    }

    /// <summary>Writes rows: an array of objects, or a table under its headings; the sentence, for people, when there are none.</summary>
    public static void List<T>(bool json, IReadOnlyCollection<T> items, Func<T, (string Name, object? Value)[]> row, string? empty)
    {
        var rows = items.Select(row).ToArray();
        if (json)
        {
            Json(new JsonArray([.. rows.Select(cells => (JsonNode)Whole(cells))]));
            return;
        }

        if (rows.Length == 0)
        {
            if (empty is not null) Console.Out.WriteLine(empty);
            return;
        }

        var texts = rows.Select(cells => cells.Select(cell => Text(cell.Value)).ToArray()).Prepend([.. rows[0].Select(cell => cell.Name.ToUpperInvariant())]).ToArray();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => texts.Max(cells => cells[column].Length)).ToArray();
        foreach (var cells in texts) Console.Out.WriteLine(Line(cells, widths));
    }

    /// <summary>The same for a list of any length, a part after the other: the columns are as wide as the first part wants them.</summary>
    public static async Task ListAsync<T>(bool json, IAsyncEnumerable<IReadOnlyList<T>> parts, Func<T, (string Name, object? Value)[]> row, string? empty)
    {
        int[]? widths = null;
        var isFirst = true;
        await foreach (var part in parts)
        {
            var rows = part.Select(row).ToArray();
            if (rows.Length == 0) continue;
            widths ??= Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(cells => Text(cells[column].Value).Length)).Zip(rows[0], (width, cell) => Math.Max(width, cell.Name.Length)).ToArray();
            if (isFirst && !json) Console.Out.WriteLine(Line(rows[0].Select(cell => cell.Name.ToUpperInvariant()), widths));
            foreach (var cells in rows)
            {
                if (json) Console.Out.Write($"{(isFirst ? "[\n  " : ",\n  ")}{Whole(cells).ToJsonString(Readable).Replace("\n", "\n  ", StringComparison.Ordinal)}");
                else Console.Out.WriteLine(Line(cells.Select(cell => Text(cell.Value)), widths));
                isFirst = false;
            }
        }

        if (json) Console.Out.WriteLine(isFirst ? "[]" : "\n]");
        else if (isFirst && empty is not null) Console.Out.WriteLine(empty);
    }

    /// <summary>Writes one thing: an object, or its members line by line; those without a value are left out.</summary>
    public static void Facts(bool json, IReadOnlyList<(string Name, object? Value)> facts)
    {
        var told = facts.Where(fact => fact.Value is not null).ToList();
        if (json)
        {
            Json(new JsonObject(told.Select(fact => KeyValuePair.Create(fact.Name, Node(fact.Value)))));
            return;
        }

        var width = told.Max(fact => fact.Name.Length);
        foreach (var (name, value) in told) Console.Out.WriteLine($"{name.PadRight(width)}  {Text(value)}".TrimEnd());
    }

    /// <summary>Writes what was made, with the secret that is shown this once, if one was.</summary>
    public static void Made(bool json, (string Name, string Value) made, (string Name, string? Value) secret, string sentence, string secretSentence)
    {
        if (json)
        {
            var node = new JsonObject { [made.Name] = made.Value };
            if (secret.Value is not null) node[secret.Name] = secret.Value;
            Json(node);
            return;
        }

        Console.Out.WriteLine(Lines(sentence));
        if (secret.Value is not null) Console.Out.WriteLine($"{secretSentence}: {secret.Value}");
    }

    /// <summary>Writes what was, or would be, changed.</summary>
    public static int Changes(IReadOnlyList<Change> changes, bool json, string done)
    {
        if (json)
        {
            Json(new JsonArray([.. changes.Select(change => (JsonNode)change.ToJson())]));
            return ExitCodes.Success;
        }

        foreach (var change in changes.Where(change => change.IsChange).SelectMany(change => change.Lines())) Console.Out.WriteLine(Lines(change));
        var (count, same) = (changes.Count(change => change.IsChange), changes.Count(change => !change.IsChange));
        Console.Out.WriteLine($"{count} {(count == 1 ? "change" : "changes")} {done}, {same} already as asked.");
        return ExitCodes.Success;
    }

    /// <summary>Writes what a server answered: a list as a table of what is no list and no object in it, anything else as JSON.</summary>
    public static void Answer(bool json, JsonNode? answer)
    {
        if (answer is null) return;
        if (json || (answer as JsonObject)?["items"] is not JsonArray items || items.Any(item => item is not JsonObject))
        {
            if (!json && answer is JsonValue text && text.GetValueKind() == JsonValueKind.String) Console.Out.Write(text.GetValue<string>());
            else Json(answer);
            return;
        }

        var names = items.SelectMany(item => item!.AsObject()).Where(member => member.Value is null or JsonValue).Select(member => member.Key).Distinct(StringComparer.Ordinal).ToArray();
        List(false, items.ToArray(), item => [.. names.Select(name => (name, (object?)item![name]?.ToString()))], "There is nothing.");
        if (answer["next"] is { } next) Console.Out.WriteLine($"There is more: --all shows everything, after={next} goes on.");
    }

    /// <summary>A text for a terminal: what somebody wrote into a name neither moves the cursor, nor turns the direction of writing, nor begins a line of its own (LK-04).</summary>
    public static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(rune => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? "?" : rune.ToString()));

    /// <summary>The same for what may have several lines.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Printable));

    /// <summary>Commands to install something, as remarks.</summary>
    public static string Comment(string commands) => $"# {commands.Replace("\n", "\n# ", StringComparison.Ordinal)}";

    private static string Line(IEnumerable<string> cells, int[] widths) => string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();

    private static JsonObject Whole((string Name, object? Value)[] cells) => new(cells.Select(cell => KeyValuePair.Create(cell.Name, Node(cell.Value))));

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        DateTimeOffset time => JsonValue.Create(time.UtcDateTime),
        IEnumerable<string> texts => new JsonArray([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]),
        _ => JsonValue.Create(value.ToString()),
    };

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "yes" : "no",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IEnumerable<string> texts when value is not string => Printable(string.Join(" ", texts)),
        _ => Printable(value.ToString() ?? ""),
    };
}
