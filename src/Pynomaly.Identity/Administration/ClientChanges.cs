using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>A change of what a client is registered with, as a JSON merge patch (RFC 7396) in the names of RFC 7591 §2: whether it can stand, what it widens, and who may do that.</summary>
[Specification("RFC 7396", "JSON Merge Patch")]
internal static class ClientChanges
{
    private static readonly Dictionary<string, Type> Members = AdministrationJson.Default.ClientMetadata.Properties.ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.Ordinal);

    // What makes a client able to do more, or somebody else able to be it. Other members name it, dress it or narrow it.
    private static readonly string[] Lists = ["redirect_uris", "grant_types", "permissions", "resources"];
    private static readonly string[] Power = ["token_endpoint_auth_method", "consent", "jwks", "jwks_uri", "introspect_all", "require_pkce", "allow_localhost_redirect", "allow_token_endpoint_audience"];
    // Consent is remembered: a new address gets the codes of whoever agreed before without a further question, a new scope is asked of all of them.
    private static readonly string[] Dangerous =
    [
        "permissions", "token_endpoint_auth_method", "consent", "jwks", "jwks_uri", "introspect_all", "resources", "redirect_uris", "scope", "require_pkce", "allow_localhost_redirect", "require_second_factor",
    ];

    /// <summary>Lays the members over what there is; null sets one back to its default.</summary>
    /// <exception cref="AdministrationException">Invalid: a member that does not exist, or of the wrong kind.</exception>
    public static ClientMetadata Apply(ClientMetadata before, JsonObject patch)
    {
        var problems = new List<FieldProblem>();
        var whole = Node(before);
        foreach (var (name, value) in patch)
        {
            if (!Members.TryGetValue(name, out var type))
            {
                problems.Add(new(name, "unknown", $"There is no such field"));
                continue;
            }

            var alone = Node(new ClientMetadata());
            if (value is null) whole[name] = alone[name]?.DeepClone();
            else if (IsOf(alone, name, value)) whole[name] = value.DeepClone();
            else problems.Add(new(name, "kind", $"{Kind(type)} was expected"));
        }

        foreach (var absent in whole.Where(member => member.Value is null).Select(member => member.Key).ToList()) whole.Remove(absent);
        return problems.Count == 0 ? whole.Deserialize(AdministrationJson.Default.ClientMetadata)! : throw AdministrationException.Invalid(problems);
    }

    /// <summary>Checks the whole: the rules of registration, and that scopes and permissions exist.</summary>
    /// <exception cref="AdministrationException">Invalid.</exception>
    public static void RequireValid(ClientMetadata metadata, IEnumerable<string> alsoKnown, CatalogueSnapshot catalogue, ServerOptions options)
    {
        var problems = ClientMetadataRules.Check(metadata, options).Select(problem => new FieldProblem(problem.Field, problem.Problem.Code, problem.Problem.Words)).ToList();
        foreach (var scope in Words(metadata.Scope).Except(alsoKnown))
            if (catalogue.FindScope(scope) is null) problems.Add(new("scope", "unknown", $"There is no scope \"{Short(scope)}\""));
        foreach (var pattern in metadata.Permissions ?? [])
            if (!PermissionPattern.IsWellFormed(pattern)) problems.Add(new("permissions", "malformed", $"\"{Short(pattern)}\" is not a permission or a pattern of them. Write verb:resource; either may be \"*\", for example read:*"));
        foreach (var resource in metadata.Resources ?? [])
            if (Rules.WhyNoResource(resource) is { } reason) problems.Add(new("resources", "malformed", reason));
        if (problems.Count > 0) throw AdministrationException.Invalid(problems);
    }

    /// <summary>The members that differ.</summary>
    public static IReadOnlyList<string> Differences(ClientMetadata before, ClientMetadata after)
    {
        var (a, b) = (Node(before), Node(after));
        return [.. Members.Keys.Where(name => !JsonNode.DeepEquals(a[name], b[name]))];
    }

    /// <summary>The members that give the client more than it had, or give somebody else a way to be it.</summary>
    public static IReadOnlyList<string> Widened(ClientMetadata before, ClientMetadata after)
    {
        var (a, b) = (Node(before), Node(after));
        var wider = Lists.Where(name => (b[name] is null && name == "permissions") ? a[name] is not null : Texts(b[name]).Except(Texts(a[name])).Any())
            .Concat(Power.Where(name => !JsonNode.DeepEquals(a[name], b[name]))).ToList();
        if (Words(after.Scope).Except(Words(before.Scope)).Any()) wider.Add("scope");
        if (before.RequireSecondFactor && !after.RequireSecondFactor) wider.Add("require_second_factor");
        return wider;
    }

    /// <summary>Goes on only for who may give the client what it then can do, and has proved who they are a moment ago where that is dangerous (security case AD-03).</summary>
    /// <exception cref="AdministrationException">Forbidden, or not confirmed.</exception>
    public static void RequireAllowed(Operator who, ClientMetadata after, IReadOnlyList<string> widened, CatalogueSnapshot catalogue)
    {
        if (widened.Count == 0) return;
        var reach = Reach(after, catalogue);
        who.RequireToGrant(reach);
        if (widened.Any(Dangerous.Contains) || reach.Any(ManagementPermissions.Contains))
            who.RequireConfirmed(ManagementPermissions.ManageClients);
    }

    /// <summary>What the client can do by itself, and which permissions over this server people can lend it.</summary>
    /// <remarks>A client that may ask for administration, and sends people to an address of its maker's choice, is as strong as the strongest of them.</remarks>
    public static IReadOnlyList<string> Reach(ClientMetadata metadata, CatalogueSnapshot catalogue)
    {
        var scopes = Words(metadata.Scope).Select(catalogue.FindScope).OfType<Scope>().ToList();
        var lent = catalogue.Permissions.Where(permission => ManagementPermissions.Contains(permission.Name) && scopes.Exists(scope => scope.Covers(permission))
            && (metadata.Permissions is null || PermissionPattern.AnyMatches(metadata.Permissions, permission.Name)));
        return [.. (metadata.Permissions ?? []).Concat(lent.Select(permission => permission.Name)).Distinct(StringComparer.Ordinal)];
    }

    private static JsonObject Node(ClientMetadata metadata) => JsonSerializer.SerializeToNode(metadata, AdministrationJson.Default.ClientMetadata)!.AsObject();

    private static bool IsOf(JsonObject alone, string name, JsonNode value)
    {
        try
        {
            if (value is JsonArray items && items.Contains(null)) return false;
            alone[name] = value.DeepClone();
            return alone.Deserialize(AdministrationJson.Default.ClientMetadata) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Kind(Type type) =>
        type == typeof(bool) ? "true or false" : type == typeof(int?) ? "A whole number" : type == typeof(List<string>) ? "An array of texts" : type == typeof(JsonElement?) ? "An object" : "A text";

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray array ? array.Select(item => item!.GetValue<string>()) : [];

    internal static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Short(string text) => text.Length > 100 ? text[..100] : text;
}
