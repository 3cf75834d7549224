using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The installation as a configuration file: everything but secrets, API keys and people. Applied to the same database it changes nothing.</summary>
public sealed class ConfigurationExport(Database database)
{
    /// <summary>Writes it; sections that the operator may not see are left out.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<JsonObject> WriteAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        await using var session = await database.ReadAsync(cancellationToken);
        var file = new JsonObject();
        if (who.Holds(ManagementPermissions.ViewClients))
        {
            file["applications"] = Array((await Applications.ListAsync(session, cancellationToken)).Select(client => ConfigurationViews.Of(client.ClientId, client.Metadata, client.IsEnabled)));
            file["scopes"] = Array((await Scopes.ListAsync(session, cancellationToken)).Select(ConfigurationViews.Of));
        }

        if (who.Holds(ManagementPermissions.ViewRoles))
        {
            file["roles"] = Array((await Roles.ListAsync(session, cancellationToken)).Select(Roles.ViewOf));
            file["permissions"] = Array((await Permissions.ListAsync(session, cancellationToken)).Select(ConfigurationViews.Of));
        }

        if (!WebhookSection.IsSeenBy(who)) return file;
        file["webhooks"] = Array((await WebhookRows.ListAsync(session, cancellationToken)).Select(WebhookSection.ViewOf));
        file["event_receivers"] = Array((await EventReceiverRows.ListAsync(session, cancellationToken)).Select(EventReceiverSection.ViewOf));
        return file;
    }

    private static JsonArray Array(IEnumerable<JsonObject> entries) => [.. entries];
}
