using System.Text.Json.Nodes;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The receivers of security events of configuration files, held against those that there are by their names.</summary>
internal static class EventReceiverSection
{
    private const string Kind = "event_receiver";
    private const string Section = "event_receivers";

    /// <summary>Compares the file's receivers with the stored ones.</summary>
    public static async ValueTask CompareAsync(SqlSession session, ConfigurationFile file, MasterKey master, ServerOptions options, DateTimeOffset now, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (file.EventReceivers.Count == 0) return;
        var stored = (await EventReceiverRows.ListAsync(session, cancellationToken)).ToLookup(receiver => receiver.Name, StringComparer.Ordinal);
        if (stored.Select(group => group.Key).Union(file.EventReceivers.Select(entry => entry.Name)).Count() > EventReceivers.Most) throw file.EventReceivers[0].Node.Wrong($"there are {EventReceivers.Most} event receivers at most");
        foreach (var entry in file.EventReceivers)
        {
            if (OutboundAddress.WhyRefused(entry.Url, options.OutboundAllowedHosts) is { } reason) throw (entry.Node with { Place = $"{entry.Node.Place}.url" }).Wrong($"{reason}");
            if (stored[entry.Name].Count() > 1) throw entry.Node.Wrong($"two event receivers are called \"{entry.Name}\". Give one of them another name first");
            var found = stored[entry.Name].SingleOrDefault();
            var (before, after) = (found is null ? null : ViewOf(found), ViewOf(entry.Name, entry.Url, entry.Audience ?? EventReceivers.PlaceOf(entry.Url), entry.Events, entry.IsEnabled));
            if (entry.Credential is not null) after[ConfigurationViews.CredentialMark] = EventCredential.Mark(master, entry.Credential);
            if (before is not null && found!.Credential is not null && (entry.Credential is not null || entry.Url != found.Url)) before[ConfigurationViews.CredentialMark] = EventCredential.MarkOf(master, found) ?? "";
            changes.Add(Kind, entry.Name, before, after, Guard, (open, stop) => WriteAsync(open, entry, found, master, now, stop));
        }
    }

    /// <summary>Removes what the file does not name, if it asks for that.</summary>
    public static async ValueTask PruneAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!file.Prunes(Section)) return;
        var named = file.NamesOf(Section);
        foreach (var receiver in await EventReceiverRows.ListAsync(session, cancellationToken))
        {
            if (named.Contains(receiver.Name)) continue;
            changes.Add(Kind, receiver.Name, ViewOf(receiver), null, Guard, async (open, stop) => await open.ExecuteAsync("DELETE FROM event_receivers WHERE id = $1", stop, receiver.Id));
        }
    }

    /// <summary>A receiver as files write it; never its credential.</summary>
    public static JsonObject ViewOf(EventReceiver receiver) => ViewOf(receiver.Name, receiver.Url, receiver.Audience, receiver.Events, receiver.IsEnabled);

    private static JsonObject ViewOf(string name, string url, string audience, List<string> events, bool isEnabled)
    {
        var json = new JsonObject { ["name"] = name, ["url"] = url };
        if (audience != EventReceivers.PlaceOf(url)) json["audience"] = audience;
        if (events.Count > 0) json["events"] = new JsonArray([.. events.Select(one => (JsonNode)one)]);
        if (!isEnabled) json["enabled"] = false;
        return json;
    }

    private static async ValueTask WriteAsync(SqlSession session, EventReceiverEntry entry, EventReceiver? found, MasterKey master, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var audience = entry.Audience ?? EventReceivers.PlaceOf(entry.Url);
        if (found is null)
        {
            var id = Secrets.CreateId();
            await EventReceiverRows.AddAsync(session, new EventReceiver
            {
                Id = id, Name = entry.Name, Url = entry.Url, Audience = audience, Credential = EventCredential.Store(master, id, entry.Credential), Events = entry.Events, IsEnabled = entry.IsEnabled, Created = now, NextAttempt = now,
            }, cancellationToken);
            return;
        }

        if (entry.Credential is not null) found.Credential = EventCredential.Store(master, found.Id, entry.Credential);
        else if (entry.Url != found.Url) found.Credential = null; // it goes where it was given for, and nowhere else
        (found.Url, found.Audience, found.Events, found.IsEnabled) = (entry.Url, audience, entry.Events, entry.IsEnabled);
        await EventReceiverRows.ChangeAsync(session, found, now, cancellationToken);
    }

    private static ValueTask Guard(Operator who, SqlSession session, CancellationToken cancellationToken)
    {
        EventReceivers.RequireManager(who);
        return ValueTask.CompletedTask;
    }
}
