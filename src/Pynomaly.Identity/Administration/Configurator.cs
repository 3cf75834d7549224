using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Makes the database what a configuration asks for: all of it in one transaction, or nothing. Doing it again changes nothing.</summary>
public sealed class Configurator(Database database, ServerOptions options, TokenRevoker revoker, TotpSeeds seeds, AuditTrail audit, ChangeFeed feed, TimeProvider time, ILogger<Configurator> logger)
{
    /// <summary>What applying would change.</summary>
    /// <exception cref="ConfigurationException">The configuration does not hold together; the message names file and place.</exception>
    public async Task<IReadOnlyList<Change>> PlanAsync(ConfigurationFile file, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return (await CompareAsync(session, file, null, cancellationToken)).Changes;
    }

    /// <summary>Applies it, and answers what that changed.</summary>
    /// <exception cref="ConfigurationException">The configuration does not hold together; nothing was changed.</exception>
    public async Task<IReadOnlyList<Change>> ApplyAsync(ConfigurationFile file, string actor, CancellationToken cancellationToken)
    {
        // Most starts change nothing; and hashing, which takes long, does not belong into a transaction.
        if ((await PlanAsync(file, cancellationToken)) is var plan && plan.All(change => !change.IsChange)) return plan;
        var hashes = await HashAsync(file, cancellationToken);
        var changes = await database.WriteAsync(async (session, stop) =>
        {
            var set = await CompareAsync(session, file, hashes, stop);
            await set.WriteAsync(session, stop);
            foreach (var change in set.Changes.Where(change => change.IsChange))
                await audit.WriteAsync(session, new AuditEntry(Log.Configured) { Actor = actor, Detail = change.ToString() }, stop);
            await session.ExecuteAsync(ChangeFeed.BumpSql, stop);
            return set.Changes;
        }, cancellationToken);
        foreach (var change in changes.Where(change => change.IsChange)) Log.ConfigurationChanged(logger, change.ToString());
        feed.Look();
        foreach (var disabled in file.Applications.Where(application => !application.IsEnabled))
        {
            if (changes.Any(change => change is { IsChange: true, Kind: "application" } && change.Name == disabled.ClientId)) await revoker.EndDisabledApplicationAsync(disabled.ClientId, cancellationToken);
        }

        return changes;
    }

    private static string HashOf(Passwords passwords, string password) => Passwords.IsHash(password) ? password : passwords.Hash(password);

    private async Task<Dictionary<string, string>> HashAsync(ConfigurationFile file, CancellationToken cancellationToken)
    {
        List<UserEntry> missing;
        await using (var session = await database.ReadAsync(cancellationToken)) missing = await Users.MissingAsync(session, file, cancellationToken);
        var passwords = new Passwords(options.Passwords.BcryptCost);
        return missing.Where(entry => entry.Password is not null).ToDictionary(entry => entry.UserName, entry => HashOf(passwords, entry.Password!), StringComparer.Ordinal);
    }

    private async ValueTask<ChangeSet> CompareAsync(SqlSession session, ConfigurationFile file, IReadOnlyDictionary<string, string>? hashes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var changes = new ChangeSet();
        var known = await Permissions.CompareAsync(session, file, changes, cancellationToken);
        known.UnionWith(await Scopes.CompareAsync(session, file, changes, cancellationToken));
        var roles = await Roles.CompareAsync(session, file, changes, cancellationToken);
        await Applications.CompareAsync(session, file, known, options, now, changes, cancellationToken);
        await Users.CompareAsync(session, file, roles, hashes, new PasswordRules(options.Passwords), seeds, now, changes, cancellationToken);
        return changes;
    }
}
