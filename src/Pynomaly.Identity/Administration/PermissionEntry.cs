using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>A permission in a configuration file.</summary>
internal sealed record PermissionEntry(FileNode Node, string Name, string? Description, string? Resource)
{
    private static readonly string[] Known = ["name", "description", "resource"];

    public static PermissionEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        var name = members.TryGetValue("name", out var named) ? named.Text() : throw node.Wrong("name is missing");
        if (!PermissionPattern.IsExact(name)) throw named.Wrong($"\"{name}\" is not a permission. Write verb:resource, for example read:detectors");
        return new(node, name, members.TryGetValue("description", out var d) ? d.Text() : null, members.TryGetValue("resource", out var r) ? Rules.Resource(r) : null);
    }
}
