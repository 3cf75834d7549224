using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Keys;

/// <summary>The signing keys: pending (published, not yet signing), active, retired (published while its tokens live), gone. At most a second old.</summary>
public sealed class KeyRing
{
    private static readonly Version LeastRuntime = new(10, 0, 7);
    private readonly Database _database;
    private readonly MasterKey _master;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly AuditTrail _audit;
    private readonly ILogger<KeyRing> _logger;
    private readonly Lock _loading = new();
    private volatile KeyRingSnapshot? _snapshot;

    /// <summary>Listens to the feed; <see cref="PrepareAsync"/> reads the keys.</summary>
    public KeyRing(Database database, MasterKey master, ServerOptions options, TimeProvider time, ChangeFeed feed, AuditTrail audit, ILogger<KeyRing> logger)
    {
        (_database, _master, _options, _time, _audit, _logger) = (database, master, options, time, audit, logger);
        feed.Changed += Reload;
    }

    /// <summary>Algorithms with an active key, the default of access tokens first.</summary>
    public IReadOnlyList<string> AlgorithmsInUse => View().Algorithms;

    /// <summary>All keys with their states, in the order in which they sign.</summary>
    public IReadOnlyList<SigningKeyStatus> Keys => View().Keys;

    /// <summary>Reads the master key and the signing keys at start, after the database was prepared; makes what a new installation lacks.</summary>
    /// <exception cref="ConfigurationException">Key material is missing, damaged, foreign or open to others, or the runtime is one that must not guard keys.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        RequireRuntime(typeof(HttpContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        await _master.PrepareAsync(cancellationToken);
        await LoadAsync(atStart: true, cancellationToken);
        var missing = _options.SigningAlgorithms.Where(algorithm => _snapshot!.Keys.All(key => key.Algorithm != algorithm || key.Revoked is not null)).ToArray();
        if (missing.Length == 0) return;
        await CreateFirstAsync(missing, cancellationToken);
        await LoadAsync(atStart: true, cancellationToken);
    }

    /// <summary>The key that signs with the algorithm now.</summary>
    /// <exception cref="InvalidOperationException">There is none: the algorithm is not among <see cref="AlgorithmsInUse"/>.</exception>
    public SigningCredential Active(string algorithm) =>
        View().Active.TryGetValue(algorithm, out var key) ? key : throw new InvalidOperationException($"There is no signing key for {algorithm}; add it to Identity:SigningAlgorithms");

    /// <summary>The key of that id while it is published; null when it is unknown, gone or revoked.</summary>
    public SigningCredential? Find(string kid) => View().Published.GetValueOrDefault(kid);

    /// <summary>The key of that id, gone ones too, but not revoked ones: for hints of any age (id_token_hint).</summary>
    public SigningCredential? FindFormer(string kid) => Snapshot().FindFormer(kid);

    internal KeyRingView View() => Snapshot().At(_time.GetUtcNow());

    internal KeyRingSnapshot Snapshot() => _snapshot ?? throw new InvalidOperationException("The key ring was not prepared");

    /// <summary>CVE-2026-40372: Data Protection of 10.0.0 to 10.0.6 let cookies be forged.</summary>
    internal static void RequireRuntime(string? version)
    {
        var digits = version?.Split('+', '-')[0];
        if (Version.TryParse(digits, out var running) && running < LeastRuntime)
            throw new ConfigurationException($"The ASP.NET Core runtime is {digits}, whose Data Protection can be deceived (CVE-2026-40372). Install {LeastRuntime} or newer.");
    }

    // The feed's handlers run on its own thread, and have read anew when they return: what is older than a second must not count.
    private void Reload()
    {
        if (_snapshot is null) return;
        lock (_loading) LoadAsync(atStart: false, CancellationToken.None).GetAwaiter().GetResult();
    }

    private async Task LoadAsync(bool atStart, CancellationToken cancellationToken)
    {
        await using var session = await _database.ReadAsync(cancellationToken);
        var keys = await SigningKeys.ListAsync(session, cancellationToken);
        var signers = new Dictionary<string, SigningCredential>(StringComparer.Ordinal);
        var now = _time.GetUtcNow();
        foreach (var sameAlgorithm in keys.Where(key => key.Revoked is null).Reverse().GroupBy(key => key.Algorithm, StringComparer.Ordinal))
        {
            foreach (var key in sameAlgorithm)
            {
                if ((_snapshot?.Signers.GetValueOrDefault(key.Id) ?? Open(key)) is { } signer) signers[key.Id] = signer;
                else if (atStart) throw new ConfigurationException($"The signing key {key.Id} ({key.Algorithm}) in the database cannot be opened with {_master.File}. Restore both from one backup, or run: keys revoke {key.Id}");
                else _logger.LogSigningKeyUnreadable(key.Id);
                if (key.Activates <= now && signers.ContainsKey(key.Id)) break; // older ones sign no more
            }
        }

        _snapshot = new KeyRingSnapshot(keys, signers, _options);
    }

    private SigningCredential? Open(SigningKey key)
    {
        if (KeyAlgorithm.Find(key.Algorithm) is not { } algorithm || _master.TryUnwrap(key.Secret, SigningKeys.Context(key.Id)) is not { } pkcs8) return null;
        try
        {
            return algorithm.Load(key.Id, pkcs8);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    // Two nodes may start at once: whoever comes second finds the first one's keys.
    private async Task CreateFirstAsync(string[] algorithms, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var made = await Task.WhenAll(algorithms.Select(algorithm => Task.Run(() => SigningKeys.Create(algorithm, _master, now, now), cancellationToken)));
        var entered = await _database.WriteAsync(async (session, stop) =>
        {
            await SigningKeys.LockAsync(session, stop);
            var there = await SigningKeys.ListAsync(session, stop);
            var wanted = made.Where(key => there.All(other => other.Algorithm != key.Algorithm || other.Revoked is not null)).ToList();
            foreach (var key in wanted) await SigningKeys.AddAsync(session, key, _audit, SigningKeys.Server, stop);
            return wanted;
        }, cancellationToken);
        foreach (var key in entered) _logger.LogSigningKeyCreated(key.Id, key.Algorithm, key.Activates);
    }
}
