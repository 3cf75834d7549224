using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using AbuseLog = Pynomaly.Identity.Abuse.Log;

namespace Pynomaly.Identity.Administration;

/// <summary>What an operator does about banned sources: see them and those that may be next, ban one, let one in again.</summary>
internal sealed class BanAdministration(Bans bans, Probes probes, SignInTries tries, ServerOptions options, Database database, ChangeFeed feed, AuditTrail audit, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>The bans of now.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public Task<IReadOnlyList<Ban>> ListAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        return bans.ListAsync(cancellationToken);
    }

    /// <summary>The sources that are not banned yet, and why they may be: they look for holes, or fail to sign in with many names.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<ScoringSources> ScoresAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        var banned = (await bans.ListAsync(cancellationToken)).Select(ban => ban.Source).ToHashSet(StringComparer.Ordinal);
        var failing = (await tries.ListAsync(cancellationToken)).ToDictionary(one => one.Source, StringComparer.Ordinal);
        List<ScoringSource> items = [];
        foreach (var probing in probes.List())
        {
            var source = probing.Source.ToString();
            var failed = probing.IsOfPages ? null : failing.GetValueOrDefault(source);
            if (failed is not null) failing.Remove(source);
            items.Add(new ScoringSource(source, probing.Score, probing.Signals, probing.IsOfPages, failed?.Names ?? 0, failed?.Last > probing.Last ? failed.Last : probing.Last));
        }

        items.AddRange(failing.Values.Select(one => new ScoringSource(one.Source, 0, null, false, one.Names, one.Last)));
        var (score, names) = (options.Abuse.ScoreLimit, options.Abuse.AccountsPerSource);
        return new ScoringSources(score, names, options.Abuse.Mode,
            [.. items.Where(one => !banned.Contains(one.Source)).OrderByDescending(one => Math.Max((double)one.Score / score, (double)one.FailedNames / names)).ThenBy(one => one.Source, StringComparer.Ordinal)]);
    }

    /// <summary>Bans an address (of IPv6, its /64 network) from now on, whatever the settings exempt. Answers the source as it is kept.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: it is no address, or would shut out this machine's own programs or the operator.</exception>
    public async Task<string> AddAsync(Operator who, string source, TimeSpan duration, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSystem);
        var key = Read(source);
        if (key.IsLocal) throw AdministrationException.Invalid("source", "local", $"{source} is this machine itself, and everybody behind a proxy that is not named in Identity:TrustedProxies. It cannot be banned.");
        if (who.Address is { } own && AddressKey.Parse(own) == key) throw AdministrationException.Invalid("source", "own", $"{source} is where you are. You would shut yourself out.");
        if (duration <= TimeSpan.Zero || duration > Longest) throw AdministrationException.Invalid("duration", "out_of_range", $"A ban lasts from a second to ten years.");
        await database.WriteAsync(async (session, stop) =>
        {
            await bans.SetAsync(session, key, time.GetUtcNow() + duration, stop);
            await audit.WriteAsync(session, who.Entry(AbuseLog.BanAdded) with { Detail = Details.Of("source", key.ToString()) }, stop);
            return true;
        }, cancellationToken);
        feed.Look();
        return key.ToString();
    }

    /// <summary>Lifts a ban and forgets what led to it. False: there was none.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: it is no address.</exception>
    public async Task<bool> RemoveAsync(Operator who, string source, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSystem);
        var key = Read(source);
        var removed = await database.WriteAsync(async (session, stop) =>
        {
            if (!await bans.RemoveAsync(session, key, stop)) return false;
            await audit.WriteAsync(session, who.Entry(AbuseLog.BanRemoved) with { Detail = Details.Of("source", key.ToString()) }, stop);
            return true;
        }, cancellationToken);
        feed.Look();
        return removed;
    }

    private static AddressKey Read(string source) =>
        AddressKey.Parse(source) ?? throw AdministrationException.Invalid("source", "no_address", $"\"{source}\" is not an address. Write for example 203.0.113.7 or 2001:db8:1:2::/64.");
}
