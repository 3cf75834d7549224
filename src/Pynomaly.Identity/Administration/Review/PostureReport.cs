using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration.Review;

/// <summary>How clients stand: one, or all that are enabled.</summary>
public sealed class PostureReport(Database database, ClientIndex index, Cursors cursors, ServerOptions options, TimeProvider time)
{
    private PostureRanking? _ranking;

    /// <summary>One client.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<ClientPosture> GetAsync(Operator who, string clientId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        await using var sql = await database.ReadAsync(cancellationToken);
        return Posture.Score(await Applications.FindAsync(sql, clientId, cancellationToken) ?? throw AdministrationException.NotFound("client"), options, time.GetUtcNow());
    }

    /// <summary>A part of those that are enabled, the gravest first.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: the filter or the cursor.</exception>
    public async Task<Page<ClientPosture>> ListAsync(Operator who, PostureFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        if (filter.Severity is { } severity && !Posture.Severities.Contains(severity)) throw AdministrationException.Invalid("severity", "unknown", $"Write high, medium or low");
        if (filter.Finding is { } finding && !Criteria.All.Any(criterion => criterion.Id == finding)) throw AdministrationException.Invalid("finding", "unknown", $"There is no such finding");
        var list = $"posture\n{filter}";
        var place = cursors.Read(list, after) is { } values ? PostureRank.At(values) : null;
        var ranks = (await RankingAsync(cancellationToken)).After(place, filter).Take(limit + 1).ToList();
        var page = cursors.Page(list, ranks, limit, rank => rank.Values);
        return new Page<ClientPosture>([.. page.Items.Select(rank => Posture.Score(rank.Entry.Read(), options, time.GetUtcNow()))], page.Next);
    }

    /// <summary>How they stand together.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<PostureSummary> SummaryAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        return (await RankingAsync(cancellationToken)).Summary;
    }

    private async ValueTask<PostureRanking> RankingAsync(CancellationToken cancellationToken)
    {
        var (clients, now, before) = (await index.CurrentAsync(cancellationToken), time.GetUtcNow(), Volatile.Read(ref _ranking));
        if (before?.Is(clients, now) == true) return before;
        var ranking = new PostureRanking(clients, before, options, now);
        Volatile.Write(ref _ranking, ranking);
        return ranking;
    }
}
