using System.Collections.Concurrent;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Storage;

/// <summary>The catalogue at one moment. Immutable; answers that cost something are remembered.</summary>
public sealed class CatalogueSnapshot
{
    private const int Remembered = 4096;
    private readonly Dictionary<string, Scope> _scopes;
    private readonly Dictionary<string, Permission> _permissions;
    private readonly Dictionary<string, CatalogueRole> _roles;
    private readonly ConcurrentDictionary<string, object> _answers = new(StringComparer.Ordinal);

    internal CatalogueSnapshot(IEnumerable<Scope> scopes, IReadOnlyList<Permission> permissions, IEnumerable<CatalogueRole> roles)
    {
        _scopes = scopes.ToDictionary(scope => scope.Name, StringComparer.Ordinal);
        _permissions = permissions.ToDictionary(permission => permission.Name, StringComparer.Ordinal);
        _roles = roles.ToDictionary(role => role.Name, StringComparer.Ordinal);
        Permissions = permissions;
    }

    /// <summary>All permissions, by name.</summary>
    public IReadOnlyList<Permission> Permissions { get; }

    /// <summary>All scopes.</summary>
    public IReadOnlyCollection<Scope> Scopes => _scopes.Values;

    /// <summary>The scope of that name. A permission's own name is a scope too: it covers just it, and leads where the scopes lead that it narrows.</summary>
    public Scope? FindScope(string name) =>
        _scopes.TryGetValue(name, out var scope) ? scope
        : _permissions.TryGetValue(name, out var permission) ? new Scope { Name = name, Description = permission.Description, Resources = ApisOf(permission), Permissions = [name] }
        : null;

    /// <summary>The permission of that name; null when there is none.</summary>
    public Permission? FindPermission(string name) => _permissions.GetValueOrDefault(name);

    /// <summary>The patterns that the roles grant; roles that do not exist grant nothing.</summary>
    public IEnumerable<string> PatternsOf(IEnumerable<string> roles) => roles.SelectMany(role => _roles.TryGetValue(role, out var known) ? known.Patterns : []);

    /// <summary>Whether one of the roles asks for a second factor: by its own word, or because it grants a permission over this server.</summary>
    public bool RequiresSecondFactor(IReadOnlyList<string> roles) =>
        roles.Any(role => _roles.TryGetValue(role, out var known) && known.RequireSecondFactor)
        || (PatternsOf(roles).ToList() is { Count: > 0 } patterns
        && (patterns.Any(ManagementPermissions.Contains) || ManagementPermissions.Of(patterns).Any()));

    private List<string> ApisOf(Permission permission) =>
        permission.Resource is { } own ? [own] : [.. Scopes.Where(scope => scope.Covers(permission)).SelectMany(scope => scope.Resources).Distinct(StringComparer.Ordinal)];

    /// <summary>Computes an answer that depends on this snapshot and the key only, once.</summary>
    internal T Remember<T>(string key, Func<CatalogueSnapshot, T> answer) where T : class
    {
        if (_answers.TryGetValue(key, out var known)) return (T)known;
        if (_answers.Count >= Remembered) _answers.Clear(); // bounded: strangers choose scopes
        var computed = answer(this);
        _answers[key] = computed;
        return computed;
    }
}
