using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Makes the database what a configuration asks for: all of it in one transaction, or nothing. Doing it again changes nothing.</summary>
public sealed class Configurator(Database database, ServerOptions options, TokenRevoker revoker, TotpSeeds seeds, MasterKey master, Auditing.AuditTrail audit, ChangeFeed feed, TimeProvider time, ILogger<Configurator> logger)
{
    /// <summary>What applying would change.</summary>
    /// <exception cref="AdministrationException">Forbidden: it would tell what the operator may not see.</exception>
    /// <exception cref="ConfigurationException">The configuration does not hold together; the message names file, line and place.</exception>
    public async Task<IReadOnlyList<Change>> PlanAsync(Operator who, ConfigurationFile file, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        if (SpeaksOfClients(file)) who.Require(ManagementPermissions.ViewClients);
        if (SpeaksOfRoles(file)) who.Require(ManagementPermissions.ViewRoles);
        if (file.Users.Count > 0) who.Require(ManagementPermissions.ViewUsers);
        RequireToSeeReceivers(who, file);
        await using var session = (await database.ReadAsync(cancellationToken)).Patient();
        return (await CompareAsync(session, file, null, cancellationToken)).Changes;
    }

    /// <summary>Applies it, and answers what that changed.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed; conflict: the last owner. Nothing was changed.</exception>
    /// <exception cref="ConfigurationException">The configuration does not hold together; nothing was changed.</exception>
    public async Task<IReadOnlyList<Change>> ApplyAsync(Operator who, ConfigurationFile file, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageSystem);
        RequireToSee(who, file);
        // Most starts change nothing; and hashing, which takes long, does not belong into a transaction.
        if (await StandsAsync(file, cancellationToken) is { } changes) return changes;
        var hashes = await HashAsync(file, cancellationToken);
        changes = await database.WriteAsync(async (session, stop) =>
        {
            await Applications.LockAsync(session.Patient(), stop); // a client that is pruned or disabled may have been everybody's
            var set = await CompareAsync(session, file, hashes, stop);
            await set.RequireAllowedAsync(who, session, stop);
            var ended = Ended(file, set.Changes);
            if (set.Changes.Any(change => change is { IsChange: true, Kind: "role" })) await LastOwner.KeepAsync(session, () => WriteAsync(who, ended, set, session, stop), stop);
            else await WriteAsync(who, ended, set, session, stop);
            foreach (var change in set.Changes.Where(change => change.IsChange))
                await audit.WriteAsync(session, who.Entry(Log.Configured) with { ClientId = change.Kind == "application" ? change.Name : null, Detail = change.ToString() }, stop);
            foreach (var role in set.Changes.Where(change => change is { IsChange: true, Kind: "role" })) await SecurityEvents.AddRoleAsync(session, role.Name, time.GetUtcNow(), stop);
            if (file.IsRemembered) await AppliedConfiguration.WriteAsync(session, who, file, set, time.GetUtcNow(), stop);
            if (set.Changes.Any(change => change.IsChange)) await session.ExecuteAsync(ChangeFeed.BumpSql, stop);
            foreach (var (clientId, isDeleted) in ended) await ClientCutOffs.EnterAsync(session, clientId, TokenRevoker.Margin, isDeleted, time, stop); // the last of it: it may have taken long
            return set.Changes;
        }, cancellationToken);
        foreach (var change in changes.Where(change => change.IsChange)) Log.ConfigurationChanged(logger, change.ToString());
        revoker.Committed();
        feed.Look();
        return changes;
    }

    private async ValueTask<bool> WriteAsync(Operator who, List<(string ClientId, bool IsDeleted)> ended, ChangeSet set, SqlSession session, CancellationToken cancellationToken)
    {
        await EndAsync(who, session, ended, cancellationToken);
        await set.WriteAsync(session, cancellationToken);
        return true;
    }

    // Null: there is something to do, or to remember.
    private async Task<IReadOnlyList<Change>?> StandsAsync(ConfigurationFile file, CancellationToken cancellationToken)
    {
        await using var session = (await database.ReadAsync(cancellationToken)).Patient();
        var set = await CompareAsync(session, file, null, cancellationToken);
        if (set.Changes.Any(change => change.IsChange)) return null;
        return !file.IsRemembered || await AppliedConfiguration.IsSameAsync(session, file, set, cancellationToken) ? set.Changes : null;
    }

    private static List<(string ClientId, bool IsDeleted)> Ended(ConfigurationFile file, IReadOnlyList<Change> changes)
    {
        var disabled = file.Applications.Where(application => !application.IsEnabled).Select(application => application.ClientId).ToHashSet(StringComparer.Ordinal);
        return [.. changes.Where(change => change is { IsChange: true, Kind: "application" } && (change.Verb == "delete" || disabled.Contains(change.Name))).Select(change => (change.Name, change.Verb == "delete"))];
    }

    // What a client had ends with it, in the same transaction; before its API keys are marked, so that these are found.
    private async ValueTask EndAsync(Operator who, SqlSession session, List<(string ClientId, bool IsDeleted)> ended, CancellationToken cancellationToken)
    {
        // All before the first turn on the list.
        await PersonRows.HoldCodesOfClientsAsync(session, [.. ended.Select(client => client.ClientId)], time.GetUtcNow() - TokenRevoker.Skew, cancellationToken);
        foreach (var (clientId, _) in ended.Where(client => client.IsDeleted)) await PersonRows.HoldKeysOfClientAsync(session, clientId, cancellationToken);
        foreach (var (clientId, isDeleted) in ended) await revoker.EndApplicationAsync(session, clientId, isDeleted ? "client deleted" : "client disabled", TokenRevoker.Margin, isDeleted, who.Entry(default), cancellationToken);
    }

    // What would change tells what stands. Whoever may change it learns it by that.
    private static void RequireToSee(Operator who, ConfigurationFile file)
    {
        if (SpeaksOfClients(file) && !who.Holds(ManagementPermissions.ManageClients)) who.Require(ManagementPermissions.ViewClients);
        if (SpeaksOfRoles(file) && !who.Holds(ManagementPermissions.ManageRoles)) who.Require(ManagementPermissions.ViewRoles);
        if (file.Users.Count > 0 && !who.Holds(ManagementPermissions.ManageUsers)) who.Require(ManagementPermissions.ViewUsers);
        RequireToSeeReceivers(who, file);
    }

    // Their addresses hold receivers' tokens.
    private static void RequireToSeeReceivers(Operator who, ConfigurationFile file)
    {
        if (file.Webhooks.Count + file.EventReceivers.Count == 0 && !file.Prunes("webhooks") && !file.Prunes("event_receivers")) return;
        who.Require(ManagementPermissions.ViewAudit);
        who.Require(ManagementPermissions.ManageSystem);
    }

    private static bool SpeaksOfClients(ConfigurationFile file) => file.Applications.Count + file.Scopes.Count > 0 || file.Prunes("applications") || file.Prunes("scopes");

    private static bool SpeaksOfRoles(ConfigurationFile file) => file.Roles.Count + file.Permissions.Count > 0 || file.Prunes("roles") || file.Prunes("permissions");

    private async Task<Dictionary<string, string>> HashAsync(ConfigurationFile file, CancellationToken cancellationToken)
    {
        List<UserEntry> missing;
        await using (var session = await database.ReadAsync(cancellationToken)) missing = await Users.MissingAsync(session, file, cancellationToken);
        var passwords = new Passwords(options.Passwords.BcryptCost);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in missing.Where(entry => entry.Password is not null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hashes.Add(entry.UserName, Users.IsPlain(entry) ? passwords.Hash(entry.Password!) : entry.Password!); // not on the queue of the sign-ins: it refuses when it is full, and of a file all has to be done
        }

        return hashes;
    }

    private async ValueTask<ChangeSet> CompareAsync(SqlSession session, ConfigurationFile file, IReadOnlyDictionary<string, string>? hashes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var changes = new ChangeSet();
        var permissions = await Permissions.CompareAsync(session, file, changes, cancellationToken);
        var reach = await Scopes.CompareAsync(session, file, permissions, changes, cancellationToken);
        var roles = await Roles.CompareAsync(session, file, now, changes, cancellationToken);
        await Applications.CompareAsync(session, file, reach, options, now, changes, cancellationToken);
        await Users.CompareAsync(session, file, roles, hashes, new PasswordRules(options.Passwords), seeds, now, changes, cancellationToken);
        await WebhookSection.CompareAsync(session, file, master, options, now, changes, cancellationToken);
        await EventReceiverSection.CompareAsync(session, file, master, options, now, changes, cancellationToken);
        await Applications.PruneAsync(session, file, reach, now, changes, cancellationToken);
        await Roles.PruneAsync(session, file, changes, cancellationToken);
        await Scopes.PruneAsync(session, file, reach, changes, cancellationToken);
        await Permissions.PruneAsync(session, file, changes, cancellationToken);
        await WebhookSection.PruneAsync(session, file, changes, cancellationToken);
        await EventReceiverSection.PruneAsync(session, file, changes, cancellationToken);
        return changes;
    }
}
