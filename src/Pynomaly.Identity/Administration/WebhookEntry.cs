using Pynomaly.Identity.Auditing;

namespace Pynomaly.Identity.Administration;

/// <summary>A webhook in a configuration file, known by its name. Its secret is one that the file refers to, as the receiver has to know it too.</summary>
internal sealed record WebhookEntry(FileNode Node, string Name, string Url, List<string> Events, bool IsEnabled, WebhookSecret? Secret)
{
    private static readonly string[] Known = ["name", "url", "events", "enabled", "secret"];

    public static WebhookEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        var name = members.TryGetValue("name", out var named) ? named.Text().Trim() : throw node.Wrong("name is missing");
        var url = members.TryGetValue("url", out var addressed) ? addressed.Text() : throw node.Wrong("url is missing");
        if (name.Length > Webhooks.LongestName) throw named.Wrong($"a name has at most {Webhooks.LongestName} characters");
        var events = members.TryGetValue("events", out var told) ? told.Texts() : [];
        foreach (var entry in events.Count > 0 ? told.Entries() : [])
            if (!AuditEvents.Names.Contains(entry.Text())) throw entry.Wrong($"there is no event \"{entry.Text()}\"; docs/operating/events.md lists them");
        return new(node, name, url, events, !members.TryGetValue("enabled", out var enabled) || enabled.Flag(), members.TryGetValue("secret", out var secret) ? SecretOf(secret) : null);
    }

    /// <inheritdoc/>
    public override string ToString() => Name; // the secret belongs in no log

    private static WebhookSecret SecretOf(FileNode node) =>
        WebhookSecret.Parse(SecretReference.Resolve(node)) ?? throw node.Wrong("it is no key of a webhook: write whsec_ and 24 to 64 random bytes in base64 (Standard Webhooks), for example by: echo whsec_$(openssl rand -base64 32)");
}
