using System.Text.Json;

namespace Pynomaly.Identity.Administration;

/// <summary>A configuration file as it was read: its name, and in which line each of its members stands.</summary>
/// <param name="name">Its name, for messages.</param>
/// <param name="content">What it says.</param>
/// <param name="isHere">True: a file of this machine, which may refer to its environment and to files beside it.</param>
internal sealed class FileSource(string name, ReadOnlyMemory<byte> content, bool isHere)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>True: "env:" and "file:" in it are followed. What comes over the network must not make the server read its own files out.</summary>
    public bool IsHere => isHere;

    /// <summary>The line of the place, from 1; of what it stands in when there is no such member; null when the file cannot be read so far.</summary>
    public int? LineOf(string place)
    {
        var lines = Lines();
        for (var at = place; ; at = at[..Math.Max(at.LastIndexOf('.'), at.LastIndexOf('['))])
        {
            if (lines.TryGetValue(at, out var line)) return line;
            if (at.LastIndexOfAny(['.', '[']) <= 0) return lines.TryGetValue("", out var first) ? first : null;
        }
    }

    // Only a complaint asks for it, so that the file is walked a second time then and not before.
    private Dictionary<string, int> Lines()
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(content.Span, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = ConfigurationFile.MaxDepth });
        var (line, counted) = (1, 0);
        var open = new Stack<(string Place, int Next)>(); // Next: the index of the next entry; -1 in an object
        var member = "";
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            line += content.Span[counted..start].Count((byte)'\n');
            counted = start;
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                open.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var (parent, _) = open.Peek();
                member = parent.Length == 0 ? reader.GetString()! : $"{parent}.{reader.GetString()}";
                lines[member] = line; // of one that stands there twice the second
                continue;
            }

            var place = member;
            if (open.TryPeek(out var around) && around.Next >= 0)
            {
                open.Pop();
                open.Push((around.Place, around.Next + 1));
                place = $"{around.Place}[{around.Next}]";
            }

            lines.TryAdd(place, line);
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject) open.Push((place, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
        }

        return lines;
    }
}
