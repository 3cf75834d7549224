using System.Globalization;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>Counts entries into the hours in which they happened.</summary>
internal static partial class StatisticRows
{
    private const string CountSql = "INSERT INTO statistics (hour, name, count) VALUES ($1, $2, $3) ON CONFLICT (hour, name) DO UPDATE SET count = statistics.count + excluded.count";

    /// <summary>Counts them, in the transaction of their seal: each entry once.</summary>
    public static async ValueTask CountAsync(SqlSession session, IEnumerable<AuditEvent> entries, CancellationToken cancellationToken)
    {
        foreach (var group in entries.GroupBy(entry => (Hour: HourOf(entry.At), entry.Name)).OrderBy(group => group.Key.Hour).ThenBy(group => group.Key.Name, StringComparer.Ordinal))
            await session.ExecuteAsync(CountSql, cancellationToken, group.Key.Hour, group.Key.Name, group.Sum(Times));
    }

    /// <summary>How often the entry says that it happened.</summary>
    public static long Times(AuditEvent entry) =>
        entry.Detail is { } detail && Counted().Match(detail) is { Success: true } match ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 1;

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    [GeneratedRegex("""^\{"times":([0-9]{1,15})[,}]""")]
    private static partial Regex Counted();
}
