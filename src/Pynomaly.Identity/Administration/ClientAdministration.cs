using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>What administrators do to clients, one by one.</summary>
public sealed class ClientAdministration(Database database, AuditTrail audit, ChangeFeed feed, TimeProvider time, ILogger<ClientAdministration> logger)
{
    /// <summary>All clients, by identifier.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await Applications.ListAsync(session, cancellationToken);
    }

    /// <summary>Gives the client a new secret; those it has go on for the time given, so that its nodes can be changed over one by one.</summary>
    /// <returns>The secret, which is shown once and never again.</returns>
    /// <exception cref="ConfigurationException">There is no such client, or it has no secrets.</exception>
    public async Task<string> RotateSecretAsync(string clientId, TimeSpan overlap, string actor, CancellationToken cancellationToken)
    {
        var secret = Secrets.Create();
        var now = time.GetUtcNow();
        await database.WriteAsync(async (session, stop) =>
        {
            var client = (await Applications.ListAsync(session, stop)).Find(application => application.ClientId == clientId)
                ?? throw new ConfigurationException($"There is no client \"{clientId}\". The command clients list names them.");
            if (client.Metadata.TokenEndpointAuthMethod is not (ClientAuthenticationMethods.ClientSecretBasic or ClientAuthenticationMethods.ClientSecretPost))
                throw new ConfigurationException($"The client {clientId} proves itself by {client.Metadata.TokenEndpointAuthMethod} and has no secret.");

            var ends = now + overlap;
            var kept = client.Secrets.Where(old => overlap > TimeSpan.Zero && old.IsActive(now)).Select(old => old.Expires < ends ? old : old with { Expires = ends });
            var secrets = JsonSerializer.Serialize([new ClientSecret(ClientSecretCheck.Hash(secret), now, null), .. kept], StorageJson.Default.ListClientSecret);
            await session.ExecuteAsync("UPDATE applications SET secrets = $1, updated = $2 WHERE client_id = $3", stop, secrets, now, clientId);
            await session.ExecuteAsync(ChangeFeed.BumpSql, stop);
            await audit.WriteAsync(session, new AuditEntry(Log.SecretRotated) { Actor = actor, ClientId = clientId }, stop);
            return true;
        }, cancellationToken);
        Log.ClientSecretRotated(logger, clientId, actor);
        feed.Look();
        return secret;
    }
}
