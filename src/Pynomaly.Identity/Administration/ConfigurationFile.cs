using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>What one or several configuration files ask for: applications, scopes, roles, permissions, webhooks, event receivers, users. Read strictly: what is not understood is refused.</summary>
public sealed class ConfigurationFile
{
    private static readonly string[] Sections = ["applications", "scopes", "roles", "permissions", "webhooks", "event_receivers", "users", "$schema"];
    internal const int MaxDepth = 32;
    private static readonly string[] Prunable = ["applications", "scopes", "roles", "permissions", "webhooks", "event_receivers"];
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, MaxDepth = MaxDepth };
    private static readonly string[] SecretMembers = ["client_secret", "password", "totp_secret", "secret", "credential"];
    private readonly Dictionary<string, List<JsonNode>> _whole = new(StringComparer.Ordinal);
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pruned = new(StringComparer.Ordinal);

    internal List<ApplicationEntry> Applications { get; } = [];

    internal List<ScopeEntry> Scopes { get; } = [];

    internal List<RoleEntry> Roles { get; } = [];

    internal List<PermissionEntry> Permissions { get; } = [];

    internal List<WebhookEntry> Webhooks { get; } = [];

    internal List<EventReceiverEntry> EventReceivers { get; } = [];

    internal List<UserEntry> Users { get; } = [];

    /// <summary>True: what it asks for is remembered when it is applied, so that later differences are seen as drift.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>Sections whose entries that no file names are to be deleted.</summary>
    internal IReadOnlySet<string> Pruned => _pruned;

    internal IReadOnlySet<string> Present => _present;

    /// <summary>Asks for that: what a section does not name is deleted from the server. Never people.</summary>
    /// <exception cref="ConfigurationException">There is no such section, or no file has it.</exception>
    public void Prune(IEnumerable<string> sections)
    {
        foreach (var section in sections)
        {
            if (!Prunable.Contains(section)) throw new ConfigurationException($"\"{section}\" is not a section whose entries can be deleted. Those are {string.Join(", ", Prunable)}.");
            if (!_present.Contains(section)) throw new ConfigurationException($"No file has the section {section}, so that deleting what it does not name would delete everything. Write \"{section}\": [] if you mean that.");
            _pruned.Add(section);
        }
    }

    internal HashSet<string> NamesOf(string section) => (section switch
    {
        "applications" => Applications.Select(entry => entry.ClientId),
        "scopes" => Scopes.Select(entry => entry.Name),
        "roles" => Roles.Select(entry => entry.Name),
        "permissions" => Permissions.Select(entry => entry.Name),
        "webhooks" => Webhooks.Select(entry => entry.Name),
        "event_receivers" => EventReceivers.Select(entry => entry.Name),
        _ => [],
    }).ToHashSet(StringComparer.Ordinal);

    internal bool Prunes(string section) => _pruned.Contains(section);

    /// <summary>Reads the files as if they were one.</summary>
    /// <exception cref="ConfigurationException">A file is missing or malformed; the message names file and place.</exception>
    public static ConfigurationFile Read(IEnumerable<string> paths)
    {
        var configuration = new ConfigurationFile { IsRemembered = true };
        foreach (var path in paths)
        {
            byte[] content;
            try
            {
                content = File.ReadAllBytes(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"The file {path} cannot be read: {e.Message}");
            }

            configuration.Add(path, content, true);
        }

        return configuration;
    }

    /// <summary>Adds one file's content; the name is for messages, and for paths relative to it.</summary>
    public void Add(string name, ReadOnlyMemory<byte> content) => Add(name, content, true);

    /// <summary>Adds what came over the network: references in it are not followed, since they would be read here.</summary>
    public void AddForeign(string name, ReadOnlyMemory<byte> content) => Add(name, content, false);

    private void Add(string name, ReadOnlyMemory<byte> content, bool isHere)
    {
        if (content.Span.StartsWith("\uFEFF"u8)) content = content[3..];
        try
        {
            using var document = JsonDocument.Parse(content, Json);
            Read(new FileNode(new FileSource(name, content, isHere), "", document.RootElement));
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{name}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON. {e.Message.Split(" LineNumber")[0]}") { Line = (int?)e.LineNumber + 1 };
        }
    }

    /// <summary>The files as one, references in them followed: what is sent to a server that cannot follow them. Holds secrets.</summary>
    public JsonObject ToJson() => new(_whole.Select(section => KeyValuePair.Create(section.Key, (JsonNode?)new JsonArray([.. section.Value.Select(entry => entry.DeepClone())]))));

    // References that were read are put in place of what names them.
    private void Keep(FileNode root)
    {
        foreach (var section in root.Value.EnumerateObject().Where(section => section.Value.ValueKind == JsonValueKind.Array))
        {
            if (!_whole.TryGetValue(section.Name, out var kept)) _whole.Add(section.Name, kept = []);
            foreach (var (entry, index) in section.Value.EnumerateArray().Select((entry, index) => (entry, index)))
            {
                var json = JsonNode.Parse(entry.GetRawText(), documentOptions: Json)!.AsObject();
                foreach (var name in SecretMembers.Where(name => json[name] is not null)) json[name] = SecretReference.Resolve(new FileNode(root.Source, $"{section.Name}[{index}].{name}", entry.GetProperty(name)));
                kept.Add(json);
            }
        }
    }

    private void Read(FileNode root)
    {
        var sections = root.Members(Sections);
        _present.UnionWith(sections.Keys);
        Fill(sections, "permissions", PermissionEntry.Read, Permissions, entry => entry.Name);
        Fill(sections, "scopes", ScopeEntry.Read, Scopes, entry => entry.Name);
        Fill(sections, "roles", RoleEntry.Read, Roles, entry => entry.Name.ToUpperInvariant());
        Fill(sections, "applications", ApplicationEntry.Read, Applications, entry => entry.ClientId);
        Fill(sections, "webhooks", WebhookEntry.Read, Webhooks, entry => entry.Name);
        Fill(sections, "event_receivers", EventReceiverEntry.Read, EventReceivers, entry => entry.Name);
        Fill(sections, "users", UserEntry.Read, Users, entry => UserNames.Normalize(entry.UserName));
        if (root.Source.IsHere) Keep(root);
    }

    private static void Fill<T>(Dictionary<string, FileNode> sections, string name, Func<FileNode, T> read, List<T> entries, Func<T, string> key)
    {
        if (!sections.TryGetValue(name, out var section)) return;
        var named = entries.Select(key).ToHashSet(StringComparer.Ordinal); // a file may hold ten thousand
        foreach (var node in section.Entries())
        {
            var entry = read(node);
            if (!named.Add(key(entry))) throw node.Wrong($"\"{key(entry)}\" is described twice");
            entries.Add(entry);
        }
    }
}
