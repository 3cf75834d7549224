using System.Text.Json;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>What one or several configuration files ask for: applications, scopes, roles, permissions, users. Read strictly: what is not understood is refused.</summary>
public sealed class ConfigurationFile
{
    private static readonly string[] Sections = ["applications", "scopes", "roles", "permissions", "users", "$schema"];
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 32 };

    internal List<ApplicationEntry> Applications { get; } = [];

    internal List<ScopeEntry> Scopes { get; } = [];

    internal List<RoleEntry> Roles { get; } = [];

    internal List<PermissionEntry> Permissions { get; } = [];

    internal List<UserEntry> Users { get; } = [];

    /// <summary>Reads the files as if they were one.</summary>
    /// <exception cref="ConfigurationException">A file is missing or malformed; the message names file and place.</exception>
    public static ConfigurationFile Read(IEnumerable<string> paths)
    {
        var configuration = new ConfigurationFile();
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

            configuration.Add(path, content);
        }

        return configuration;
    }

    /// <summary>Adds one file's content; the name is for messages, and for paths relative to it.</summary>
    public void Add(string name, ReadOnlyMemory<byte> content)
    {
        if (content.Span.StartsWith("\uFEFF"u8)) content = content[3..];
        try
        {
            using var document = JsonDocument.Parse(content, Json);
            Read(new FileNode(name, "", document.RootElement));
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{name}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON. {e.Message.Split(" LineNumber")[0]}");
        }
    }

    private void Read(FileNode root)
    {
        var sections = root.Members(Sections);
        Fill(sections, "permissions", PermissionEntry.Read, Permissions, entry => entry.Name);
        Fill(sections, "scopes", ScopeEntry.Read, Scopes, entry => entry.Name);
        Fill(sections, "roles", RoleEntry.Read, Roles, entry => entry.Name.ToUpperInvariant());
        Fill(sections, "applications", ApplicationEntry.Read, Applications, entry => entry.ClientId);
        Fill(sections, "users", UserEntry.Read, Users, entry => UserNames.Normalize(entry.UserName));
    }

    private static void Fill<T>(Dictionary<string, FileNode> sections, string name, Func<FileNode, T> read, List<T> entries, Func<T, string> key)
    {
        if (!sections.TryGetValue(name, out var section)) return;
        foreach (var node in section.Entries())
        {
            var entry = read(node);
            if (entries.Any(other => key(other) == key(entry))) throw node.Wrong($"\"{key(entry)}\" is described twice");
            entries.Add(entry);
        }
    }
}
