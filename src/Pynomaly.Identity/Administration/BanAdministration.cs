using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using AbuseLog = Pynomaly.Identity.Abuse.Log;

namespace Pynomaly.Identity.Administration;

/// <summary>What an operator does about banned sources: see them, ban one, let one in again.</summary>
internal sealed class BanAdministration(Bans bans, Database database, ChangeFeed feed, AuditTrail audit, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>The bans of now.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public Task<IReadOnlyList<Ban>> ListAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        return bans.ListAsync(cancellationToken);
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
