using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>How entries are written when they are exported: a line each, in UTF-8.</summary>
internal sealed class AuditFormat
{
    private static readonly string[] Columns =
        ["sequence", "at", "event_id", "event", "outcome", "actor", "actor_name", "user", "user_name", "client", "session", "address", "correlation_id", "detail"];

    private readonly Func<AuditItem, string> _line;

    private AuditFormat(string name, string mediaType, string heading, Func<AuditItem, string> line) =>
        (Name, MediaType, Heading, _line) = (name, mediaType, Encoding.UTF8.GetBytes(heading), line);

    /// <summary>JSON Lines: an object each, with salt and digest, so that a seal can be computed again from it.</summary>
    public static AuditFormat JsonLines { get; } = new("jsonl", "application/jsonl", "", item => ToJson(item, withProof: true).ToJsonString() + "\n");

    /// <summary>Comma-separated values (RFC 4180), which open in a spreadsheet.</summary>
    public static AuditFormat Csv { get; } = new("csv", "text/csv; charset=utf-8", string.Join(',', Columns) + "\r\n", item => string.Join(',', Cells(item).Select(Cell)) + "\r\n");

    /// <summary>Its name: "jsonl" or "csv".</summary>
    public string Name { get; }

    /// <summary>Its media type.</summary>
    public string MediaType { get; }

    /// <summary>What stands before the first line.</summary>
    public ReadOnlyMemory<byte> Heading { get; }

    /// <summary>The format of that name.</summary>
    /// <exception cref="AdministrationException">There is none.</exception>
    public static AuditFormat Of(string? name) => name switch
    {
        null or "jsonl" => JsonLines,
        "csv" => Csv,
        _ => throw AdministrationException.Invalid("format", "unknown", $"Write jsonl or csv"),
    };

    /// <summary>The line of an entry.</summary>
    public ReadOnlyMemory<byte> Line(AuditItem item) => Encoding.UTF8.GetBytes(_line(item));

    /// <summary>The entry as the API answers it.</summary>
    public static JsonObject ToJson(AuditItem item, bool withProof = false)
    {
        var result = ToJson(item.Entry);
        result["outcome"] = item.Outcome;
        Add(result, "actor_name", item.ActorName);
        Add(result, "user_name", item.UserName);
        if (!withProof) return result;
        Add(result, "salt", item.Entry.Salt);
        Add(result, "digest", item.Entry.Digest);
        return result;
    }

    /// <summary>The entry itself.</summary>
    public static JsonObject ToJson(AuditEvent entry)
    {
        var result = new JsonObject { ["sequence"] = entry.Sequence, ["at"] = Time(entry.At), ["event_id"] = entry.EventId, ["event"] = entry.Name };
        Add(result, "actor", entry.Actor);
        Add(result, "user", entry.UserId);
        Add(result, "client", entry.ClientId);
        Add(result, "session", entry.SessionId);
        Add(result, "address", entry.Address);
        Add(result, "correlation_id", entry.CorrelationId);
        if (entry.Detail is not null) result["detail"] = Parsed(entry.Detail);
        return result;
    }

    /// <summary>A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it (security case AD-10).</summary>
    internal static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20' ? $"'{text}" : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string?[] Cells(AuditItem item)
    {
        var entry = item.Entry;
        return [entry.Sequence.ToString(CultureInfo.InvariantCulture), Time(entry.At), entry.EventId.ToString(CultureInfo.InvariantCulture), entry.Name, item.Outcome, entry.Actor, item.ActorName,
            entry.UserId, item.UserName, entry.ClientId, entry.SessionId, entry.Address, entry.CorrelationId, entry.Detail];
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static JsonNode? Parsed(string detail)
    {
        if (detail is not ['{', ..]) return detail;
        try
        {
            return JsonNode.Parse(detail);
        }
        catch (JsonException)
        {
            return detail;
        }
    }

    private static void Add(JsonObject to, string name, string? value)
    {
        if (value is not null) to[name] = value;
    }
}
