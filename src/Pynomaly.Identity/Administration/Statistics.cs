using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>How often what happened, by hours or days: counted from the audit trail when it is sealed, so that it is quick however long the trail is.</summary>
internal sealed class Statistics(Database database, TimeProvider time)
{
    private const string Sql = "SELECT hour, name, count FROM statistics WHERE hour >= $1 AND hour < $2";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>The lines of the dashboard, and which events each counts.</summary>
    public static IReadOnlyList<(string Name, string[] Events)> Lines { get; } =
    [
        ("sign_ins", ["SignedIn"]),
        ("failures", ["SignInFailed", "FactorFailed"]),
        ("tokens", ["TokensIssued", "CodeRedeemed"]),
        ("refused_clients", ["ClientRefused"]),
        ("revocations", ["TokenRevoked", "AuthorizationEnded", "SessionEnded", "UserEnded", "ConsentEnded", "ApplicationEnded", "KeyRevoked"]),
        ("new_accounts", ["Registered", "InvitationAccepted", "AdministratorCreated", "UserCreated"]),
        ("deleted_accounts", ["AccountDeleted"]),
        ("bans", ["SourceBanned", "BanAdded"]),
    ];

    /// <summary>The lines, a value for each hour or day of the last so many; the present one is the last.</summary>
    /// <exception cref="AdministrationException">Forbidden, or too much at once.</exception>
    public async Task<StatisticSeries> SeriesAsync(Operator who, bool byDay, int count, CancellationToken cancellationToken)
    {
        if (!who.Holds(ManagementPermissions.ViewSystem)) who.Require(ManagementPermissions.ViewAudit);
        var step = byDay ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1);
        if (count < 1 || count * step > Longest || count > 1000) throw AdministrationException.Invalid("count", "out_of_range", $"Ask for 1 to 400 days, or 1 to 1000 hours");
        var now = time.GetUtcNow();
        var end = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % step.Ticks), TimeSpan.Zero) + step;
        var begin = end - (count * step);
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.ListAsync(Sql, row => (At: row.Time(0), Name: row.GetString(1), Count: row.GetInt64(2)), cancellationToken, begin, end);
        var lines = Lines.ToDictionary(line => line.Name, line =>
        {
            var values = new long[count];
            foreach (var row in rows)
                if (line.Events.Contains(row.Name)) values[(int)((row.At - begin).Ticks / step.Ticks)] += row.Count;
            return (IReadOnlyList<long>)values;
        });
        var events = rows.GroupBy(row => row.Name).ToDictionary(group => group.Key, group => group.Sum(row => row.Count));
        return new StatisticSeries(begin, step, lines, events);
    }
}
