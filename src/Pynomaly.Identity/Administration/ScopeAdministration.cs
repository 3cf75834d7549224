using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>What operators do to scopes, and so to the APIs that they lead to. A scope that covers permissions over this server is made and changed only by who may grant those.</summary>
public sealed class ScopeAdministration(Database database, Catalogue catalogue, ClientIndex index, AuditTrail audit, ChangeFeed feed, ILogger<ScopeAdministration> logger)
{
    private const int MostShown = 100;
    private static readonly string[] Members = ["display_name", "description", "resources", "permissions"];

    /// <summary>All scopes, by name; there are never many.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<IReadOnlyList<ScopeSummary>> ListAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        var snapshot = await catalogue.CurrentAsync();
        await using var sql = await database.ReadAsync(cancellationToken);
        var users = (await index.CurrentAsync(cancellationToken)).ByScope;
        return [.. (await Scopes.ListAsync(sql, cancellationToken)).Select(scope => new ScopeSummary(scope.Name, scope.DisplayName, scope.Description, scope.Resources,
            ScopeRules.IsStandard(scope.Name), snapshot.Permissions.Count(scope.Covers), users.GetValueOrDefault(scope.Name)?.Count ?? 0))];
    }

    /// <summary>One of them.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<ScopeDetails> GetAsync(Operator who, string name, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        await using var sql = await database.ReadAsync(cancellationToken);
        var scope = await Scopes.FindAsync(sql, name, cancellationToken) ?? throw AdministrationException.NotFound("scope");
        var clients = await index.CurrentAsync(cancellationToken);
        return Of(scope, await catalogue.CurrentAsync(), clients.ByScope.GetValueOrDefault(name) ?? [], [.. scope.Resources.SelectMany(resource => clients.ByResource.GetValueOrDefault(resource) ?? []).Distinct()]);
    }

    /// <summary>Makes one.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, invalid, conflict: the name is taken.</exception>
    public async Task<ScopeDetails> CreateAsync(Operator who, NewScope made, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageClients);
        var scope = ScopeRules.Require(made);
        ScopeRules.RequireAllowed(who, scope, await catalogue.CurrentAsync());
        if (ScopeRules.IsWider(null, scope)) who.RequireConfirmed();
        var details = await database.WriteAsync(async (sql, stop) =>
        {
            if (!await Scopes.AddAsync(sql, scope, stop)) throw AdministrationException.Conflict("scope_exists", $"There is a scope \"{scope.Name}\" already");
            await EnterAsync(sql, who, Log.ScopeMade, scope.Name, stop);
            return await DetailsAsync(sql, scope, stop);
        }, cancellationToken);
        Log.ScopeCreated(logger, scope.Name, who.Id);
        feed.Look();
        return details;
    }

    /// <summary>Changes one: a merge patch (RFC 7396) of display_name, description, resources and permissions. Tokens that were issued keep what they carry.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed: it opens more than before; invalid, not found, changed.</exception>
    public async Task<ScopeDetails> ChangeAsync(Operator who, string name, JsonObject patch, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageClients);
        var snapshot = await catalogue.CurrentAsync();
        var details = await database.WriteAsync(async (sql, stop) =>
        {
            var scope = await Scopes.RequireAsync(sql, name, expected, stop);
            ScopeRules.RequireAllowed(who, scope, snapshot);
            var after = ScopeRules.Require(Apply(scope, patch));
            ScopeRules.RequireAllowed(who, after, snapshot);
            if (ScopeRules.IsWider(scope, after)) who.RequireConfirmed();
            await Scopes.SaveAsync(sql, after, stop);
            await EnterAsync(sql, who, Log.ScopeEdited, name, stop);
            return await DetailsAsync(sql, after, stop);
        }, cancellationToken);
        Log.ScopeChanged(logger, name, who.Id);
        feed.Look();
        return details;
    }

    /// <summary>Deletes one that no client may ask for.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found, changed; conflict: it is a standard one, or clients may ask for it.</exception>
    public async Task DeleteAsync(Operator who, string name, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageClients);
        if (ScopeRules.IsStandard(name)) throw AdministrationException.Conflict("scope_standard", $"{name} is one of the scopes that the protocol or this server defines");
        await database.WriteAsync(async (sql, stop) =>
        {
            var scope = await Scopes.RequireAsync(sql, name, expected, stop);
            if ((await DetailsAsync(sql, scope, stop)).Clients is { Count: > 0 } clients)
                throw AdministrationException.Conflict("scope_used", $"Clients may ask for it: {string.Join(", ", [.. clients.Take(5), .. clients.Count > 5 ? ["…"] : Array.Empty<string>()])}. Take it from them first");
            await sql.ExecuteAsync("DELETE FROM scopes WHERE name = $1", stop, name);
            await EnterAsync(sql, who, Log.ScopeRemoved, name, stop);
            return true;
        }, cancellationToken);
        Log.ScopeDeleted(logger, name, who.Id);
        feed.Look();
    }

    private async ValueTask EnterAsync(SqlSession sql, Operator who, EventId what, string name, CancellationToken cancellationToken)
    {
        await sql.ExecuteAsync(ChangeFeed.BumpSql, cancellationToken);
        await audit.WriteAsync(sql, who.Entry(what) with { Detail = new JsonObject { ["scope"] = name }.ToJsonString() }, cancellationToken);
    }

    // Within a transaction: as the clients stand there.
    private async ValueTask<ScopeDetails> DetailsAsync(SqlSession sql, Scope scope, CancellationToken cancellationToken)
    {
        var clients = await Applications.ListAsync(sql, cancellationToken);
        return Of(scope, await catalogue.CurrentAsync(), [.. clients.Where(client => ClientChanges.Words(client.Metadata.Scope).Contains(scope.Name)).Select(client => client.ClientId)],
            [.. clients.Where(client => client.Metadata.Resources?.Exists(scope.Resources.Contains) == true).Select(client => client.ClientId)]);
    }

    private static ScopeDetails Of(Scope scope, CatalogueSnapshot snapshot, List<string> clients, List<string> servers) => new()
    {
        Name = scope.Name, DisplayName = scope.DisplayName, Description = scope.Description, Resources = scope.Resources, Permissions = scope.Permissions,
        IsStandard = ScopeRules.IsStandard(scope.Name), Covers = [.. snapshot.Permissions.Where(scope.Covers).Select(permission => permission.Name)],
        Clients = [.. clients.Take(MostShown)], ClientCount = clients.Count, ResourceServers = [.. servers.Take(MostShown)], Version = ScopeDetails.VersionOf(scope),
    };

    private static NewScope Apply(Scope scope, JsonObject patch)
    {
        var problems = patch.Select(member => member.Key).Where(name => !Members.Contains(name)).Select(name => new FieldProblem(name, "unknown", $"There is no such field")).ToList();
        string? Text(string name, string? before)
        {
            if (!patch.TryGetPropertyValue(name, out var value)) return before;
            if (value is null or JsonValue && value?.GetValueKind() is null or JsonValueKind.String) return value?.GetValue<string>();
            problems.Add(new(name, "kind", $"A text was expected"));
            return before;
        }

        IReadOnlyList<string>? Texts(string name, IReadOnlyList<string>? before)
        {
            if (!patch.TryGetPropertyValue(name, out var value)) return before;
            if (value is null) return null;
            if (value is JsonArray items && items.All(item => item?.GetValueKind() == JsonValueKind.String)) return [.. items.Select(item => item!.GetValue<string>())];
            problems.Add(new(name, "kind", $"An array of texts was expected"));
            return before;
        }

        var after = new NewScope(scope.Name, Text("display_name", scope.DisplayName), Text("description", scope.Description), Texts("resources", scope.Resources) ?? [], Texts("permissions", scope.Permissions));
        return problems.Count == 0 ? after : throw AdministrationException.Invalid(problems);
    }
}
