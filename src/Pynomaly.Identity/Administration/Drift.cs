using System.Text.Json.Nodes;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>How what stands differs from what configuration files last asked for: somebody changed it by console, API or command since.</summary>
public sealed class Drift(Database database, MasterKey master, TimeProvider time)
{
    /// <summary>Compares.</summary>
    /// <returns>Null when no files were ever applied. In its changes the old value is the files', the new one what stands.</returns>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<DriftReport?> LookAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        await using var session = await database.ReadAsync(cancellationToken);
        if (await AppliedConfiguration.ReadAsync(session, cancellationToken) is not { } applied) return null;
        var standing = await StandingAsync(session, applied, cancellationToken);
        List<Change> changes = [];
        var isPartial = false;
        foreach (var (kind, entries) in applied.Kinds.Where(kind => standing.ContainsKey(kind.Key)))
        {
            if (!IsSeenBy(who, kind))
            {
                isPartial = true;
                continue;
            }

            var now = standing[kind];
            foreach (var (name, asked) in entries!.AsObject())
            {
                if (now.GetValueOrDefault(name) is not { } stands) changes.Add(new Change("delete", kind, name, []));
                else if (MemberChange.Between(asked!.AsObject(), stands) is { Count: > 0 } members) changes.Add(new Change("update", kind, name, members));
            }

            if (applied.IsWhole(kind)) changes.AddRange(now.Keys.Where(name => !entries.AsObject().ContainsKey(name) && !IsOwn(kind, name)).Order(StringComparer.Ordinal).Select(name => new Change("create", kind, name, [])));
        }

        return new DriftReport(applied.At, applied.By, changes) { IsPartial = isPartial };
    }

    private static bool IsSeenBy(Operator who, string kind) => kind switch
    {
        "application" or "scope" => who.Holds(ManagementPermissions.ViewClients),
        "webhook" or "event_receiver" => WebhookSection.IsSeenBy(who),
        _ => who.Holds(ManagementPermissions.ViewRoles),
    };

    // What stands, as files would write it; of a client's secrets the one that the files named, while it counts.
    private async ValueTask<Dictionary<string, Dictionary<string, JsonObject>>> StandingAsync(SqlSession session, AppliedConfiguration applied, CancellationToken cancellationToken)
    {
        var clients = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var client in (await Applications.ListAsync(session, cancellationToken)).Where(client => !client.IsSelfRegistered))
        {
            var view = ConfigurationViews.Of(client.ClientId, client.Metadata, client.IsEnabled);
            var named = (string?)applied.Kinds["application"]?[client.ClientId]?[ConfigurationViews.SecretMark];
            if (named is not null) view[ConfigurationViews.SecretMark] = client.Secrets.Exists(secret => secret.Hash == named && secret.IsActive(time.GetUtcNow())) ? named : "";
            clients[client.ClientId] = view;
        }

        return new(StringComparer.Ordinal)
        {
            ["application"] = clients,
            ["scope"] = (await Scopes.ListAsync(session, cancellationToken)).ToDictionary(scope => scope.Name, ConfigurationViews.Of, StringComparer.Ordinal),
            ["role"] = (await Roles.ListAsync(session, cancellationToken)).ToDictionary(role => role.Name, Roles.ViewOf, StringComparer.Ordinal),
            ["webhook"] = await WebhooksAsync(session, applied, cancellationToken),
            ["event_receiver"] = await ReceiversAsync(session, applied, cancellationToken),
            ["permission"] = (await Permissions.ListAsync(session, cancellationToken)).ToDictionary(permission => permission.Name, ConfigurationViews.Of, StringComparer.Ordinal),
        };
    }

    private async ValueTask<Dictionary<string, JsonObject>> WebhooksAsync(SqlSession session, AppliedConfiguration applied, CancellationToken cancellationToken)
    {
        var hooks = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var hook in await WebhookRows.ListAsync(session, cancellationToken))
        {
            var view = WebhookSection.ViewOf(hook);
            var named = (string?)applied.Kinds["webhook"]?[hook.Name]?[ConfigurationViews.SecretMark];
            if (named is not null) view[ConfigurationViews.SecretMark] = WebhookSection.SecretOf(hook, master)?.Mark ?? "";
            hooks[hook.Name] = view; // of two of one name the last
        }

        return hooks;
    }

    private async ValueTask<Dictionary<string, JsonObject>> ReceiversAsync(SqlSession session, AppliedConfiguration applied, CancellationToken cancellationToken)
    {
        var receivers = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var receiver in await EventReceiverRows.ListAsync(session, cancellationToken))
        {
            var view = EventReceiverSection.ViewOf(receiver);
            if (applied.Kinds["event_receiver"]?[receiver.Name]?[ConfigurationViews.CredentialMark] is not null) view[ConfigurationViews.CredentialMark] = EventCredential.MarkOf(master, receiver) ?? "";
            receivers[receiver.Name] = view; // of two of one name the last
        }

        return receivers;
    }

    // What no file can delete does not count as come by itself.
    private static bool IsOwn(string kind, string name) =>
        (kind == "scope" && InitialScopes.All.Any(own => own.Name == name)) || (kind == "permission" && ManagementPermissions.All.Any(own => own.Name == name));
}
