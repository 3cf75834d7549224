using System.Text.Json.Nodes;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The webhooks of configuration files, held against those that there are by their names.</summary>
internal static class WebhookSection
{
    private const string Kind = "webhook";

    /// <summary>Compares the file's webhooks with the stored ones.</summary>
    public static async ValueTask CompareAsync(SqlSession session, ConfigurationFile file, MasterKey master, ServerOptions options, DateTimeOffset now, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (file.Webhooks.Count == 0) return;
        var stored = (await WebhookRows.ListAsync(session, cancellationToken)).ToLookup(hook => hook.Name, StringComparer.Ordinal);
        if (stored.Select(group => group.Key).Union(file.Webhooks.Select(entry => entry.Name)).Count() > Webhooks.Most) throw file.Webhooks[0].Node.Wrong($"there are {Webhooks.Most} webhooks at most");
        foreach (var entry in file.Webhooks)
        {
            if (OutboundAddress.WhyRefused(entry.Url, options.OutboundAllowedHosts) is { } reason) throw (entry.Node with { Place = $"{entry.Node.Place}.url" }).Wrong($"{reason}");
            if (stored[entry.Name].Count() > 1) throw entry.Node.Wrong($"two webhooks are called \"{entry.Name}\". Give one of them another name first");
            var found = stored[entry.Name].SingleOrDefault();
            if (found is null && entry.Secret is null) throw entry.Node.Wrong("secret is missing, which a new webhook needs. Write for example \"env:WEBHOOK_SECRET\", and give the receiver the same");
            var (before, after) = (found is null ? null : ViewOf(found), ViewOf(entry.Name, entry.Url, entry.Events, entry.IsEnabled));
            var current = found is null ? null : SecretOf(found, master);
            if (entry.Secret is not null) after[ConfigurationViews.SecretMark] = entry.Secret.Mark;
            if (before is not null && entry.Secret is not null && current?.Mark == entry.Secret.Mark) before[ConfigurationViews.SecretMark] = current.Mark;
            changes.Add(Kind, entry.Name, before, after, Guard, (open, stop) => WriteAsync(open, entry, found, current, master, now, stop));
        }
    }

    /// <summary>Removes what the file does not name, if it asks for that.</summary>
    public static async ValueTask PruneAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!file.Prunes("webhooks")) return;
        var named = file.NamesOf("webhooks");
        foreach (var hook in await WebhookRows.ListAsync(session, cancellationToken))
        {
            if (named.Contains(hook.Name)) continue;
            changes.Add(Kind, hook.Name, ViewOf(hook), null, Guard, async (open, stop) => await open.ExecuteAsync("DELETE FROM webhooks WHERE id = $1", stop, hook.Id));
        }
    }

    /// <summary>Whether the operator may see webhooks whole: their addresses hold receivers' tokens.</summary>
    public static bool IsSeenBy(Operator who) => who.Holds(ManagementPermissions.ViewAudit) && who.Holds(ManagementPermissions.ManageSystem);

    /// <summary>A webhook as files write it; never its secret.</summary>
    public static JsonObject ViewOf(Webhook hook) => ViewOf(hook.Name, hook.Url, hook.Events, hook.IsEnabled);

    private static JsonObject ViewOf(string name, string url, List<string> events, bool isEnabled)
    {
        var json = new JsonObject { ["name"] = name, ["url"] = url };
        if (events.Count > 0) json["events"] = new JsonArray([.. events.Select(one => (JsonNode)one)]);
        if (!isEnabled) json["enabled"] = false;
        return json;
    }

    private static async ValueTask WriteAsync(SqlSession session, WebhookEntry entry, Webhook? found, WebhookSecret? current, MasterKey master, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (found is null)
        {
            var id = Secrets.CreateId();
            await WebhookRows.AddAsync(session, new Webhook
            {
                Id = id, Name = entry.Name, Url = entry.Url, Secret = entry.Secret!.Store(master, id), Events = entry.Events, IsEnabled = entry.IsEnabled, Created = now, NextAttempt = now,
                Cursor = (await SealRows.LastAsync(session, cancellationToken))?.LastSequence ?? 0,
            }, cancellationToken);
            return;
        }

        (found.Url, found.Events, found.IsEnabled) = (entry.Url, entry.Events, entry.IsEnabled);
        await WebhookRows.ChangeAsync(session, found, now, cancellationToken);
        if (entry.Secret is null || current?.Mark == entry.Secret.Mark) return;
        var next = current is null ? entry.Secret : current.Replace(entry.Secret, now);
        await session.ExecuteAsync("UPDATE webhooks SET secret = $1 WHERE id = $2", cancellationToken, next.Store(master, found.Id), found.Id);
    }

    private static ValueTask Guard(Operator who, SqlSession session, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit); // nobody sends elsewhere what they may not read
        who.RequireConfirmed(ManagementPermissions.ManageSystem);
        return ValueTask.CompletedTask;
    }

    /// <summary>Its secret; null: it cannot be opened.</summary>
    public static WebhookSecret? SecretOf(Webhook hook, MasterKey master)
    {
        try
        {
            return WebhookSecret.Read(master, hook.Id, hook.Secret);
        }
        catch (ConfigurationException)
        {
            return null; // what cannot be opened signs nothing any more
        }
    }
}
