using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>What a scope may be, and who may make it so.</summary>
internal static class ScopeRules
{
    private const int LongestName = 64;
    private const int LongestText = 512;

    /// <summary>Whether the protocol or this server defines it.</summary>
    public static bool IsStandard(string name) => InitialScopes.All.Any(scope => scope.Name == name && scope.Resources.Count == 0);

    /// <summary>The scope.</summary>
    /// <exception cref="AdministrationException">Invalid.</exception>
    public static Scope Require(NewScope scope)
    {
        var problems = new List<FieldProblem>();
        if (!Rules.IsScopeToken(scope.Name)) problems.Add(new("name", "no_scope_name", $"A scope has no blanks, quotes or backslashes, ASCII only, at most 128 characters"));
        // A permission's own name is a scope already, and narrows to it.
        else if (PermissionPattern.IsExact(scope.Name) && PermissionPattern.IsWellFormed(scope.Name)) problems.Add(new("name", "permission", $"This is the form of a permission, which is a scope by its own name"));
        if (scope.DisplayName is { } title && (title.Length > LongestName || title.Any(char.IsControl))) problems.Add(new("display_name", "too_long", $"At most {LongestName} characters"));
        if (scope.Description is { } text && (text.Length > LongestText || text.Any(char.IsControl))) problems.Add(new("description", "too_long", $"At most {LongestText} characters"));
        foreach (var resource in scope.Resources)
            if (Rules.WhyNoResource(resource) is { } reason) problems.Add(new("resources", "malformed", reason));
        foreach (var pattern in scope.Permissions ?? [])
            if (!PermissionPattern.IsWellFormed(pattern)) problems.Add(new("permissions", "malformed", $"\"{pattern}\" is not a permission or a pattern of them. Write verb:resource; either may be \"*\", for example read:*"));
        if (problems.Count > 0) throw AdministrationException.Invalid(problems);
        return new Scope
        {
            Name = scope.Name, DisplayName = Text(scope.DisplayName), Description = Text(scope.Description), Resources = [.. scope.Resources.Distinct(StringComparer.Ordinal)],
            Permissions = scope.Permissions is null ? null : [.. scope.Permissions.Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>Goes on only for who may grant what the scope covers of this server: every client that may ask for it carries that from then on (security case AD-03).</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public static void RequireAllowed(Operator who, Scope scope, CatalogueSnapshot catalogue) =>
        who.RequireToGrant([.. catalogue.Permissions.Where(permission => ManagementPermissions.Contains(permission.Name) && scope.Covers(permission)).Select(permission => permission.Name)]);

    /// <summary>Whether a scope opens more than it did: an API, a permission, or all permissions where it named some. Null: it is new.</summary>
    public static bool IsWider(Scope? before, Scope after) => after.Resources.Except(before?.Resources ?? []).Any()
        || (after.Permissions is null ? before?.Permissions is not null && after.Resources.Count > 0 : after.Permissions.Except(before?.Permissions ?? []).Any());

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
