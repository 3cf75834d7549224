using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Review;

/// <summary>All enabled clients by how they stand, the gravest first. What did not change since the one before is not scored again.</summary>
internal sealed class PostureRanking
{
    private readonly PostureRank[] _ranks;
    private readonly DateTimeOffset _until;

    /// <summary>Ranks them.</summary>
    public PostureRanking(ClientSnapshot clients, PostureRanking? before, ServerOptions options, DateTimeOffset now)
    {
        Clients = clients;
        var known = before?._ranks.ToDictionary(rank => rank.ClientId, StringComparer.Ordinal);
        _ranks =
        [
            .. clients.Entries.Values.Where(entry => entry.Client.IsEnabled)
                .Select(entry => known?.GetValueOrDefault(entry.Client.ClientId) is { } rank && rank.Entry == entry && rank.Until > now ? rank : new PostureRank(entry, options, now)).Order(),
        ];
        _until = _ranks.Length == 0 ? DateTimeOffset.MaxValue : _ranks.Min(rank => rank.Until);
        var findings = Criteria.All.Select((criterion, i) => new PostureCount(criterion.Id, criterion.Severity, _ranks.Count(rank => (rank.Missed >> i & 1) == 1))).Where(one => one.Clients > 0);
        Summary = new PostureSummary(_ranks.Length, _ranks.Count(rank => rank.Worst == 0), _ranks.Count(rank => rank.Worst == 1), _ranks.Count(rank => rank.Worst == 2),
            [.. findings.OrderBy(one => Array.IndexOf(Posture.Severities, one.Severity)).ThenByDescending(one => one.Clients)]);
    }

    /// <summary>Whose ranking it is.</summary>
    public ClientSnapshot Clients { get; }

    /// <summary>How they stand together.</summary>
    public PostureSummary Summary { get; }

    /// <summary>Whether it is true still.</summary>
    public bool Is(ClientSnapshot clients, DateTimeOffset now) => Clients == clients && now < _until;

    /// <summary>Those that fit after a place, or all.</summary>
    public IEnumerable<PostureRank> After(PostureRank? place, PostureFilter filter)
    {
        var at = place is null ? -1 : Array.BinarySearch(_ranks, place);
        var severity = Array.IndexOf(Posture.Severities, filter.Severity);
        var finding = Criteria.All.TakeWhile(criterion => criterion.Id != filter.Finding).Count();
        return _ranks.Skip(at >= 0 ? at + 1 : place is null ? 0 : ~at).Where(rank => (filter.Severity is null || rank.Has(severity)) && (filter.Finding is null || (rank.Missed >> finding & 1) == 1));
    }
}
