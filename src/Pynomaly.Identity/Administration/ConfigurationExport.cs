using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The installation as a configuration file: everything but secrets, API keys and people. Applied to the same database it changes nothing.</summary>
public sealed class ConfigurationExport(Database database)
{
    /// <summary>Writes it.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<JsonObject> WriteAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        who.Require(ManagementPermissions.ViewClients);
        who.Require(ManagementPermissions.ViewRoles);
        await using var session = await database.ReadAsync(cancellationToken);
        return new JsonObject
        {
            ["applications"] = Array((await Applications.ListAsync(session, cancellationToken)).Select(client => ConfigurationViews.Of(client.ClientId, client.Metadata, client.IsEnabled))),
            ["scopes"] = Array((await Scopes.ListAsync(session, cancellationToken)).Select(ConfigurationViews.Of)),
            ["roles"] = Array((await Roles.ListAsync(session, cancellationToken)).Select(role => ConfigurationViews.Role(role.Name, role.Description, role.Permissions, role.RequireSecondFactor))),
            ["permissions"] = Array((await Permissions.ListAsync(session, cancellationToken)).Select(ConfigurationViews.Of)),
        };
    }

    private static JsonArray Array(IEnumerable<JsonObject> entries) => [.. entries];
}
