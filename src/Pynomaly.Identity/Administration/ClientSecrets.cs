using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The secrets of a client: always generated, shown once, two that count at most, so that its nodes can be changed over one by one.</summary>
/// <remarks>Whoever knows a secret can be the client; so who gives it one must be able to grant all that it can do.</remarks>
public sealed class ClientSecrets(Database database, Catalogue catalogue, AuditTrail audit, ChangeFeed feed, TimeProvider time, ILogger<ClientSecrets> logger)
{
    /// <summary>How many count at the same time at most.</summary>
    public const int Most = 2;

    /// <summary>How long an old secret goes on at most beside a new one.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(90);

    /// <summary>Gives the client a further secret beside the one it has; null: without an end.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed; invalid: the end has passed; conflict: it has two already, or needs none.</exception>
    public async Task<MadeClient> AddAsync(Operator who, string clientId, DateTimeOffset? expires, string? expected, CancellationToken cancellationToken)
    {
        if (expires <= time.GetUtcNow()) throw AdministrationException.Invalid("expires", "past", $"Its end has to lie ahead");
        var made = await WriteAsync(who, clientId, expected, Log.SecretMade, (client, hash, now) =>
        {
            var active = client.Secrets.Where(one => one.IsActive(now)).ToList();
            if (active.Count >= Most) throw AdministrationException.Conflict("secrets_full", $"The client has {Most} secrets that count. End one of them first, or rotate");
            return [new ClientSecret(hash, now, expires), .. active];
        }, cancellationToken);
        Log.ClientSecretAdded(logger, clientId, who.Id);
        return made;
    }

    /// <summary>Gives the client a new secret; the newest of those it has goes on for the time given, any others end.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed; invalid: the time; conflict: it needs none.</exception>
    public async Task<MadeClient> RotateAsync(Operator who, string clientId, TimeSpan overlap, string? expected, CancellationToken cancellationToken)
    {
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap) throw AdministrationException.Invalid("overlap", "out_of_range", $"The old one goes on for {LongestOverlap.Days} days at most");
        var made = await WriteAsync(who, clientId, expected, Log.SecretRotated, (client, hash, now) =>
        {
            var ends = now + overlap;
            var kept = client.Secrets.Where(old => overlap > TimeSpan.Zero && old.IsActive(now)).Take(Most - 1).Select(old => old.Expires < ends ? old : old with { Expires = ends });
            return [new ClientSecret(hash, now, null), .. kept];
        }, cancellationToken);
        Log.ClientSecretRotated(logger, clientId, who.Id);
        return made;
    }

    /// <summary>Ends one secret now. Tokens that were got with it go on until they expire; the client's tokens can be ended apart from it.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed.</exception>
    public async Task<ClientDetails> EndAsync(Operator who, string clientId, string secretId, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageClients);
        var snapshot = await catalogue.CurrentAsync();
        var client = await database.WriteAsync(async (sql, stop) =>
        {
            var client = await Applications.RequireAsync(sql, clientId, expected, stop);
            who.RequireToGrant(ClientChanges.Reach(client.Metadata, snapshot));
            if (client.Secrets.RemoveAll(secret => ClientSecretSummary.IdOf(secret) == secretId) == 0) throw AdministrationException.NotFound("secret");
            await SaveAsync(sql, who, client, Log.SecretOver, stop);
            return client;
        }, cancellationToken);
        Log.ClientSecretEnded(logger, clientId, who.Id);
        feed.Look();
        return ClientDetails.Of(client, null, time.GetUtcNow());
    }

    private async Task<MadeClient> WriteAsync(
        Operator who, string clientId, string? expected, EventId what, Func<Application, string, DateTimeOffset, List<ClientSecret>> secrets, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageClients);
        var snapshot = await catalogue.CurrentAsync();
        var secret = Secrets.Create();
        var client = await database.WriteAsync(async (sql, stop) =>
        {
            var client = await Applications.RequireAsync(sql, clientId, expected, stop);
            if (client.Metadata.TokenEndpointAuthMethod is not (ClientAuthenticationMethods.ClientSecretBasic or ClientAuthenticationMethods.ClientSecretPost))
                throw AdministrationException.Conflict("secretless", $"The client proves itself by {client.Metadata.TokenEndpointAuthMethod} and has no secret");
            who.RequireToGrant(ClientChanges.Reach(client.Metadata, snapshot));
            client.Secrets = secrets(client, ClientSecretCheck.Hash(secret), time.GetUtcNow());
            await SaveAsync(sql, who, client, what, stop);
            return client;
        }, cancellationToken);
        feed.Look();
        return new MadeClient(ClientDetails.Of(client, null, time.GetUtcNow()), secret);
    }

    private async ValueTask SaveAsync(SqlSession sql, Operator who, Application client, EventId what, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        client.Updated = now > client.Updated ? now : client.Updated.AddMilliseconds(1);
        await Applications.SaveAsync(sql, client, cancellationToken);
        await audit.WriteAsync(sql, who.Entry(what) with { ClientId = client.ClientId, Detail = new JsonObject { ["secrets"] = client.Secrets.Count }.ToJsonString() }, cancellationToken);
    }
}
