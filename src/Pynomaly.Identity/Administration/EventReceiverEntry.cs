using Pynomaly.Identity.Auditing;

namespace Pynomaly.Identity.Administration;

/// <summary>A receiver of security events in a configuration file, known by its name. Its credential is one that the file refers to.</summary>
internal sealed record EventReceiverEntry(FileNode Node, string Name, string Url, string? Audience, List<string> Events, bool IsEnabled, string? Credential)
{
    private static readonly string[] Known = ["name", "url", "audience", "events", "enabled", "credential"];

    public static EventReceiverEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        var name = members.TryGetValue("name", out var named) ? named.Text().Trim() : throw node.Wrong("name is missing");
        var url = members.TryGetValue("url", out var addressed) ? addressed.Text() : throw node.Wrong("url is missing");
        if (name.Length > EventReceivers.LongestName) throw named.Wrong($"a name has at most {EventReceivers.LongestName} characters");
        var audience = members.TryGetValue("audience", out var meant) ? meant.Text() : null;
        if (audience?.Length > EventReceivers.LongestText) throw meant.Wrong($"an audience has at most {EventReceivers.LongestText} characters");
        var events = members.TryGetValue("events", out var told) ? told.Texts() : [];
        foreach (var entry in events.Count > 0 ? told.Entries() : [])
            if (!SecurityEvents.Types.Contains(entry.Text())) throw entry.Wrong($"there is no event \"{entry.Text()}\". Those are {string.Join(", ", SecurityEvents.Types)}");
        return new(node, name, url, audience, events, !members.TryGetValue("enabled", out var enabled) || enabled.Flag(), members.TryGetValue("credential", out var credential) ? CredentialOf(credential) : null);
    }

    /// <inheritdoc/>
    public override string ToString() => Name; // the credential belongs in no log

    private static string CredentialOf(FileNode node) =>
        SecretReference.Resolve(node) is var text && EventCredential.IsWellFormed(text) ? text : throw node.Wrong($"it is no Authorization header: write a scheme and what belongs to it, for example \"Bearer ...\", in at most {EventCredential.Longest} characters of ASCII");
}
