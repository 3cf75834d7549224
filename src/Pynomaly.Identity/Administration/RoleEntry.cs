namespace Pynomaly.Identity.Administration;

/// <summary>A role in a configuration file.</summary>
internal sealed record RoleEntry(FileNode Node, string Name, string? Description, List<string> Permissions, bool? RequireSecondFactor)
{
    private static readonly string[] Known = ["name", "description", "permissions", "require_second_factor"];

    public static RoleEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        var name = members.TryGetValue("name", out var named) ? named.Text() : throw node.Wrong("name is missing");
        if (!Rules.IsRoleName(name)) throw named.Wrong($"\"{name}\" is not a role's name: letters, digits, \"_\", \"-\" and \".\", at most 64");
        return new(node, name, members.TryGetValue("description", out var d) ? d.Text() : null,
            members.TryGetValue("permissions", out var p) ? Rules.Patterns(p) : throw node.Wrong("permissions is missing; write [] for none"),
            members.TryGetValue("require_second_factor", out var f) ? f.Flag() : null);
    }
}
