using System.Text.Json;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>A value of a configuration file together with its place, so that every complaint names the file and the place in it.</summary>
internal readonly record struct FileNode(FileSource Source, string Place, JsonElement Value)
{
    /// <summary>The most texts that one array may have: who sends more means a mistake, and every one of them is held against others.</summary>
    public const int MostTexts = 10_000;

    /// <summary>A complaint about this value.</summary>
    public ConfigurationException Wrong(string reason)
    {
        var line = Source.LineOf(Place);
        return new($"{Source.Name}{(line is null ? "" : $", line {line}")}{(Place.Length == 0 ? "" : $", {Place}")}: {reason}.") { Place = Place, Line = line };
    }

    /// <summary>The members of an object; one that is unknown or stands there twice is refused.</summary>
    public Dictionary<string, FileNode> Members(IReadOnlyCollection<string> known)
    {
        if (Value.ValueKind != JsonValueKind.Object) throw Wrong($"an object was expected, not {Kind}");
        var members = new Dictionary<string, FileNode>(StringComparer.Ordinal);
        foreach (var property in Value.EnumerateObject())
        {
            var member = new FileNode(Source, Place.Length == 0 ? property.Name : $"{Place}.{property.Name}", property.Value);
            if (!known.Contains(property.Name)) throw member.Wrong($"there is no such member. Known are {string.Join(", ", known.Order(StringComparer.Ordinal))}");
            if (!members.TryAdd(property.Name, member)) throw member.Wrong("the member stands here twice");
        }

        return members;
    }

    /// <summary>The entries of an array.</summary>
    public IEnumerable<FileNode> Entries()
    {
        if (Value.ValueKind != JsonValueKind.Array) throw Wrong($"an array was expected, not {Kind}");
        var (source, place) = (Source, Place);
        return Value.EnumerateArray().Select((entry, index) => new FileNode(source, $"{place}[{index}]", entry)).ToArray();
    }

    /// <summary>A text that is not empty and holds no control characters.</summary>
    public string Text()
    {
        var text = Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong($"a text was expected, not {Kind}");
        if (string.IsNullOrWhiteSpace(text)) throw Wrong("the text is empty");
        return text.Any(char.IsControl) ? throw Wrong("the text holds a control character") : text;
    }

    /// <summary>true or false.</summary>
    public bool Flag() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Wrong($"true or false was expected, not {Kind}");

    /// <summary>An array of different texts, of <see cref="MostTexts"/> at most.</summary>
    public List<string> Texts()
    {
        if (Value.ValueKind == JsonValueKind.Array && Value.GetArrayLength() is > MostTexts and var count) throw Wrong(FormattableString.Invariant($"there are {count} entries here, and {MostTexts} at most are read"));
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in Entries())
        {
            var text = entry.Text();
            if (!texts.Add(text)) throw entry.Wrong($"\"{text}\" stands here twice");
        }

        return [.. texts];
    }

    private string Kind => Value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
