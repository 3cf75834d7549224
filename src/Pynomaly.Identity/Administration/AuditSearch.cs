using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The statement of a search in the audit trail: newest first, by an index for whatever is looked for, however long the trail is.</summary>
internal sealed class AuditSearch
{
    private const int MostBranches = 40;
    private const int Few = 2000;
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(15); // clocks of nodes differ, and transactions take their time: numbers and times are in order but for that
    private readonly List<object?> _values = [];
    private readonly List<string> _conditions = [];
    private readonly List<string> _names = [];
    private readonly bool _byTime;
    private readonly bool _branches;

    private AuditSearch(AuditQuery query, IReadOnlyList<(string Column, string Value)> looked, string? leading, IReadOnlyList<string>? after)
    {
        _byTime = looked.Any(one => one.Column == "user_id"); // the one index that runs by time
        // SQLite keeps no statistics to choose by: only the index of what is rarest is offered.
        foreach (var (column, value) in looked) _conditions.Add($"{(column == leading ? column : $"{column} || ''")} = {Value(value)}");
        if (query.From is { } from) _conditions.Add($"at >= {Value(from)}");
        if (query.To is { } to) _conditions.Add($"at <= {Value(to)}");
        Name(query);
        _branches = _names.Count is > 1 and <= MostBranches && leading is null;
        if (!_branches && _names.Count > 0) _conditions.Add($"{(leading is null ? "name" : "name || ''")} IN ({string.Join(", ", _names)})");
        if (after is null) return;
        var (at, sequence) = (long.Parse(after[0], System.Globalization.CultureInfo.InvariantCulture), long.Parse(after[1], System.Globalization.CultureInfo.InvariantCulture));
        _conditions.Add(_byTime ? $"(at, sequence) < ({Value(at)}, {Value(sequence)})" : $"sequence < {Value(sequence)}");
    }

    /// <summary>The entries that fit, after those of the cursor.</summary>
    public static async ValueTask<List<AuditEvent>> RunAsync(SqlSession session, AuditQuery query, IReadOnlyList<string>? after, int limit, CancellationToken cancellationToken)
    {
        (string Column, string? Value)[] all =
        [
            ("user_id", await UserIdAsync(session, query.User, cancellationToken)), ("session_id", query.Session), ("correlation_id", query.CorrelationId),
            ("actor", await UserIdAsync(session, query.Actor, cancellationToken)), ("address", query.Address), ("client_id", query.Client),
        ];
        List<(string Column, string Value)> looked = [.. all.Where(one => one.Value is not null).Select(one => (one.Column, one.Value!))];
        var search = new AuditSearch(query, looked, await LeadingAsync(session, query, looked, cancellationToken), after);
        await search.BoundAsync(session, query, cancellationToken);
        return await session.ListAsync(search.Sql(limit), AuditRows.Map, cancellationToken, [.. search._values]);
    }

    // What leads to the fewest entries, or one of those that lead to a few thousand. Null: the event's name.
    private static async ValueTask<string?> LeadingAsync(SqlSession session, AuditQuery query, List<(string Column, string Value)> looked, CancellationToken cancellationToken)
    {
        List<(string Column, string Value)> rivals = query.Event is null ? looked : [.. looked, ("name", query.Event)];
        if (rivals.Count < 2) return looked is [var only] ? only.Column : null;
        var (leading, fewest) = (rivals[0].Column, (long)Few + 1);
        foreach (var (column, value) in rivals)
        {
            var count = await session.FirstAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM audit_events WHERE {column} = $1 LIMIT {Few + 1}) few", row => row.GetInt64(0), cancellationToken, value);
            if (count < fewest) (leading, fewest) = (column, count);
        }

        return leading == "name" ? null : leading;
    }

    private string Sql(int limit)
    {
        var order = $"ORDER BY {(_byTime ? "at DESC, " : "")}sequence DESC LIMIT {Value((long)limit)}";
        var select = $"SELECT {AuditRows.Columns} FROM audit_events";
        if (!_branches) return $"{select}{Where(_conditions)} {order}";
        // Several rare events: each by its own run of the index, so that nothing between them is looked at.
        return $"{string.Join(" UNION ALL ", _names.Select((name, i) => $"SELECT * FROM ({select}{Where([.. _conditions, $"name = {name}"])} {order}) AS n{i}"))} {order}";
    }

    private void Name(AuditQuery query)
    {
        if (query.Event is not null)
        {
            _names.Add(Value(query.Event));
            if (query.Outcome is not null && AuditOutcome.Of(query.Event) != query.Outcome) _conditions.Add("1 = 0");
        }
        else if (query.Outcome == AuditOutcome.Refused)
        {
            foreach (var name in AuditEvents.Of(AuditOutcome.Refused)) _names.Add(Value(name));
        }
        else if (query.Outcome == AuditOutcome.Done)
        {
            _conditions.Add($"name NOT IN ({string.Join(", ", AuditEvents.Of(AuditOutcome.Refused).Select(name => Value(name)))})");
        }
    }

    // Turns the times into numbers, which are the order of the list: otherwise an old range would be reached by passing over everything newer.
    private async ValueTask BoundAsync(SqlSession session, AuditQuery query, CancellationToken cancellationToken)
    {
        if (_byTime) return;
        if (query.From is { } from) _conditions.Add($"sequence >= {Value(await FirstAsync(session, from - Slack, cancellationToken))}");
        if (query.To is { } to) _conditions.Add($"sequence < {Value(await FirstAsync(session, to + Slack, cancellationToken))}");
    }

    private static async ValueTask<long> FirstAsync(SqlSession session, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var low = await session.FirstAsync("SELECT COALESCE(MIN(sequence), 0) FROM audit_events", row => row.GetInt64(0), cancellationToken);
        var high = await session.FirstAsync("SELECT COALESCE(MAX(sequence), 0) FROM audit_events", row => row.GetInt64(0), cancellationToken) + 1;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var (sequence, time) = await session.FirstAsync("SELECT sequence, at FROM audit_events WHERE sequence >= $1 ORDER BY sequence LIMIT 1", row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken, middle);
            if (sequence >= high || time >= at.ToUnixTimeMilliseconds()) high = middle;
            else low = sequence + 1;
        }

        return low;
    }

    // A name that is somebody's stands for their id; everything else for itself.
    private static async ValueTask<string?> UserIdAsync(SqlSession session, string? text, CancellationToken cancellationToken) => text is null ? null
        : await session.FirstAsync("SELECT id FROM users WHERE normalized_user_name = $1", row => row.GetString(0), cancellationToken, UserNames.Normalize(text)) ?? text;

    private string Value(object? value)
    {
        _values.Add(value);
        return $"${_values.Count}";
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
}
