using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Keys;

/// <summary>Gives each signing key its successor in time: published before it signs, the old one published until its last token has expired. By schedule, or by command.</summary>
public sealed class KeyRotation(
    Database database, MasterKey master, KeyRing ring, ChangeFeed feed, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<KeyRotation> logger) : BackgroundService
{
    /// <summary>What a new key waits for on PostgreSQL, where other nodes may serve too: each publishes it within a second, and their clocks differ a little.</summary>
    /// <remarks>A node that signed with it sooner would have its tokens refused by whoever asks another node for the keys.</remarks>
    internal static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private TimeSpan ShortestLead => database.IsSqlite ? TimeSpan.Zero : Margin;

    /// <summary>Makes a successor for the key of the algorithm, or of every configured one when it is null. The key signs after the configured lead, or as soon as every node publishes it.</summary>
    /// <returns>The kids of the new keys.</returns>
    /// <exception cref="ConfigurationException">The algorithm is not configured.</exception>
    public async Task<IReadOnlyList<string>> RotateAsync(string? algorithm, bool immediately, AuditEntry by, CancellationToken cancellationToken)
    {
        if (algorithm is not null && !options.SigningAlgorithms.Contains(algorithm))
            throw new ConfigurationException($"{algorithm} is not among Identity:SigningAlgorithms ({string.Join(", ", options.SigningAlgorithms)}). Add it there, or name one of these.");

        List<string> kids = [];
        foreach (var each in algorithm is null ? options.SigningAlgorithms : [algorithm])
        {
            var now = time.GetUtcNow();
            var key = SigningKeys.Create(each, master, now, now + (immediately || options.Lifetimes.SigningKeyLead < ShortestLead ? ShortestLead : options.Lifetimes.SigningKeyLead));
            await AddAsync(key, by, _ => true, cancellationToken);
            kids.Add(key.Id);
        }

        feed.Look();
        return kids;
    }

    /// <summary>Ends a key in an emergency: it leaves the published set at once, and when it was the signing one, a new one takes over at once.</summary>
    /// <remarks>Tokens that it signed are refused by whoever reads the key set anew; those who cache it learn by the revocation list, whose cut-off for the kid is the caller's to enter.</remarks>
    /// <returns>False when there is no such key, or it was revoked before.</returns>
    public async Task<bool> RevokeAsync(string kid, AuditEntry by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if ((await ListAsync(cancellationToken)).Find(k => k.Id == kid) is not { Revoked: null } key) return false;

        var successor = SigningKeys.Create(key.Algorithm, master, now, now);
        var (revoked, succeeded) = await database.WriteAsync(async (session, stop) =>
        {
            await SigningKeys.LockAsync(session, stop);
            var wasSigning = SigningKeys.Active(await SigningKeys.ListAsync(session, stop), key.Algorithm, now)?.Id == kid;
            if (!await SigningKeys.RevokeAsync(session, key, now, audit, by, stop)) return (false, false);
            if (wasSigning) await SigningKeys.AddAsync(session, successor, audit, by, stop);
            return (true, wasSigning);
        }, cancellationToken);
        if (revoked) logger.LogSigningKeyRevoked(kid, key.Algorithm);
        if (succeeded) logger.LogSigningKeyCreated(successor.Id, successor.Algorithm, successor.Activates);
        feed.Look();
        return revoked;
    }

    /// <summary>Makes the successors that are due now.</summary>
    internal async Task RotateDueAsync(CancellationToken cancellationToken)
    {
        var lifetimes = options.Lifetimes;
        foreach (var algorithm in options.SigningAlgorithms)
        {
            var now = time.GetUtcNow();
            var newest = Newest(ring.Snapshot().Keys, algorithm);
            if (newest is not null && now < newest.Activates + lifetimes.SigningKey - lifetimes.SigningKeyLead) continue;

            // Never sooner than its lead: everybody must have had the time to fetch it.
            var activates = newest is null ? now : Later(newest.Activates + lifetimes.SigningKey, Later(now + lifetimes.SigningKeyLead, now + ShortestLead));
            var key = SigningKeys.Create(algorithm, master, now, activates);
            if (await AddAsync(key, SigningKeys.Server, keys => Newest(keys, algorithm)?.Id == newest?.Id, cancellationToken)) feed.Look();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (master.IsIntact()) await RotateDueAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogKeyRotationFailed(e.GetType().Name);
            }
        }
    }

    private async Task<bool> AddAsync(SigningKey key, AuditEntry by, Func<IReadOnlyList<SigningKey>, bool> stillWanted, CancellationToken cancellationToken)
    {
        var added = await database.WriteAsync(async (session, stop) =>
        {
            await SigningKeys.LockAsync(session, stop);
            if (!stillWanted(await SigningKeys.ListAsync(session, stop))) return false;
            await SigningKeys.AddAsync(session, key, audit, by, stop);
            return true;
        }, cancellationToken);
        if (added) logger.LogSigningKeyCreated(key.Id, key.Algorithm, key.Activates);
        return added;
    }

    private async Task<List<SigningKey>> ListAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await SigningKeys.ListAsync(session, cancellationToken);
    }

    private static SigningKey? Newest(IReadOnlyList<SigningKey> keys, string algorithm) => keys.LastOrDefault(key => key.Algorithm == algorithm && key.Revoked is null);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
