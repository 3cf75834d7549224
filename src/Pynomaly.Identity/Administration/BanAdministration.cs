using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using AbuseLog = Pynomaly.Identity.Abuse.Log;

namespace Pynomaly.Identity.Administration;

/// <summary>What an operator does about banned sources: see them, ban one, let one in again.</summary>
internal sealed class BanAdministration(Bans bans, Database database, ChangeFeed feed, AuditTrail audit, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>The bans of now.</summary>
    public Task<IReadOnlyList<Ban>> ListAsync(CancellationToken cancellationToken) => bans.ListAsync(cancellationToken);

    /// <summary>Bans an address (of IPv6, its /64 network) from now on, whatever the settings exempt. Answers the source as it is kept.</summary>
    /// <exception cref="ConfigurationException">It is no address, or would shut out this machine's own programs.</exception>
    public async Task<string> AddAsync(string source, TimeSpan duration, string actor, CancellationToken cancellationToken)
    {
        var key = Read(source);
        if (key.IsLocal) throw new ConfigurationException($"{source} is this machine itself, and everybody behind a proxy that is not named in Identity:TrustedProxies. It cannot be banned.");
        if (duration <= TimeSpan.Zero || duration > Longest) throw new ConfigurationException("A ban lasts from a second to ten years.");
        await database.WriteAsync(async (session, stop) =>
        {
            await bans.SetAsync(session, key, time.GetUtcNow() + duration, stop);
            await audit.WriteAsync(session, new AuditEntry(AbuseLog.BanAdded) { Actor = actor, Address = key.ToString() }, stop);
            return true;
        }, cancellationToken);
        feed.Look();
        return key.ToString();
    }

    /// <summary>Lifts a ban and forgets what led to it. False: there was none.</summary>
    /// <exception cref="ConfigurationException">It is no address.</exception>
    public async Task<bool> RemoveAsync(string source, string actor, CancellationToken cancellationToken)
    {
        var key = Read(source);
        var removed = await database.WriteAsync(async (session, stop) =>
        {
            if (!await bans.RemoveAsync(session, key, stop)) return false;
            await audit.WriteAsync(session, new AuditEntry(AbuseLog.BanRemoved) { Actor = actor, Address = key.ToString() }, stop);
            return true;
        }, cancellationToken);
        feed.Look();
        return removed;
    }

    private static AddressKey Read(string source) =>
        AddressKey.Parse(source) ?? throw new ConfigurationException($"\"{source}\" is not an address. Write for example 203.0.113.7 or 2001:db8:1:2::/64.");
}
