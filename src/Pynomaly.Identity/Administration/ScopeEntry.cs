using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>A scope in a configuration file.</summary>
internal sealed record ScopeEntry(FileNode Node, string Name, string? DisplayName, string? Description, List<string> Resources, List<string>? Permissions)
{
    private static readonly string[] Known = ["name", "display_name", "description", "resources", "permissions"];

    public static ScopeEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        var name = members.TryGetValue("name", out var named) ? named.Text() : throw node.Wrong("name is missing");
        if (!Rules.IsScopeToken(name)) throw named.Wrong($"\"{name}\" is not a scope: no blanks, quotes or backslashes, ASCII only");
        // A permission's own name is a scope already: one of the same name would stand before it, and lead elsewhere.
        if (PermissionPattern.IsExact(name)) throw named.Wrong($"\"{name}\" has the form of a permission, which is a scope by its own name");
        return new(node, name, members.TryGetValue("display_name", out var t) ? t.Text() : null, members.TryGetValue("description", out var d) ? d.Text() : null,
            members.TryGetValue("resources", out var r) ? [.. r.Entries().Select(Rules.Resource)] : [],
            members.TryGetValue("permissions", out var p) ? Rules.Patterns(p) : null);
    }
}
