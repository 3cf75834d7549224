using System.Text.Json;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>The clients.</summary>
internal static class Applications
{
    private const string Kind = "application";
    private const string SelectSql = "SELECT client_id, metadata, secrets, is_enabled, is_self_registered, created, updated FROM applications ";

    /// <summary>All applications.</summary>
    public static ValueTask<List<Application>> ListAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.ListAsync($"{SelectSql}ORDER BY client_id", Read, cancellationToken);

    /// <summary>One of them; null: there is none.</summary>
    public static ValueTask<Application?> FindAsync(SqlSession session, string clientId, CancellationToken cancellationToken) =>
        session.FirstAsync<Application?>($"{SelectSql}WHERE client_id = $1", Read, cancellationToken, clientId);

    /// <summary>The same, locked until the end of the transaction.</summary>
    /// <exception cref="AdministrationException">Not found; changed.</exception>
    public static async ValueTask<Application> RequireAsync(SqlSession session, string clientId, string? expected, CancellationToken cancellationToken)
    {
        var client = await session.FirstAsync<Application?>($"{SelectSql}WHERE client_id = $1{(session.IsSqlite ? "" : " FOR UPDATE")}", Read, cancellationToken, clientId)
            ?? throw AdministrationException.NotFound("client");
        Versions.Require(expected, ClientDetails.VersionOf(client));
        return client;
    }

    /// <summary>Locks all of them until the end of the transaction, for who reads several and writes whole rows: an ended secret must not come back.</summary>
    public static async ValueTask LockAsync(SqlSession session, CancellationToken cancellationToken)
    {
        if (!session.IsSqlite) await session.ListAsync("SELECT client_id FROM applications ORDER BY client_id FOR NO KEY UPDATE", row => row.GetString(0), cancellationToken); // SQLite has one writer
    }

    /// <summary>Whether the identifier is a person's: tokens that such a client gets for itself would carry that person's sub (RFC 9700 §4.15).</summary>
    public static async ValueTask<bool> IsSubjectAsync(SqlSession session, string clientId, CancellationToken cancellationToken) =>
        await session.FirstAsync("SELECT COUNT(*) FROM users WHERE id = $1", row => row.GetInt64(0), cancellationToken, clientId) > 0;

    /// <summary>Enters a new one. False: there is one of that identifier.</summary>
    public static async ValueTask<bool> AddAsync(SqlSession session, Application client, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("INSERT INTO applications (client_id, metadata, secrets, is_enabled, is_self_registered, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (client_id) DO NOTHING",
            cancellationToken, client.ClientId, JsonSerializer.Serialize(client.Metadata, StorageJson.Default.ClientMetadata), Write(client.Secrets), client.IsEnabled, client.IsSelfRegistered, client.Created, client.Updated) == 1;

    /// <summary>Writes one that is there, and tells all nodes.</summary>
    public static async ValueTask SaveAsync(SqlSession session, Application client, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("UPDATE applications SET metadata = $1, secrets = $2, is_enabled = $3, updated = $4 WHERE client_id = $5", cancellationToken,
            JsonSerializer.Serialize(client.Metadata, StorageJson.Default.ClientMetadata), Write(client.Secrets), client.IsEnabled, client.Updated, client.ClientId);
        await session.ExecuteAsync(ChangeFeed.BumpSql, cancellationToken);
    }

    private static Application Read(System.Data.Common.DbDataReader row) => new()
    {
        ClientId = row.GetString(0), Metadata = JsonSerializer.Deserialize(row.GetString(1), StorageJson.Default.ClientMetadata)!,
        Secrets = JsonSerializer.Deserialize(row.GetString(2), StorageJson.Default.ListClientSecret)!, IsEnabled = row.GetBoolean(3),
        IsSelfRegistered = row.GetBoolean(4), Created = row.Time(5), Updated = row.Time(6),
    };

    /// <summary>Compares the file's applications with the stored ones; "reach" are the permissions and scopes that there are afterwards.</summary>
    public static async ValueTask CompareAsync(SqlSession session, ConfigurationFile file, Reach reach, ServerOptions options, DateTimeOffset now, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (file.Applications.Count == 0) return;
        var stored = (await ListAsync(session, cancellationToken)).ToDictionary(application => application.ClientId, StringComparer.Ordinal);
        foreach (var entry in file.Applications)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stored.TryGetValue(entry.ClientId, out var found);
            Validate(entry, found, reach, options);
            if (found is null && await IsSubjectAsync(session, entry.ClientId, cancellationToken)) throw entry.Node.Wrong($"the client_id \"{entry.ClientId}\" is taken");
            var secrets = SecretsOf(entry, found, now);
            var (before, after) = (found is null ? null : ConfigurationViews.Of(found.ClientId, found.Metadata, found.IsEnabled), ConfigurationViews.Of(entry.ClientId, entry.Metadata, entry.IsEnabled));
            if (entry.Secret is not null) after[ConfigurationViews.SecretMark] = ClientSecretCheck.Hash(entry.Secret);
            if (before is not null && ReferenceEquals(secrets, found!.Secrets)) before[ConfigurationViews.SecretMark] = after[ConfigurationViews.SecretMark]?.DeepClone();
            changes.Add(Kind, entry.ClientId, before, after, GuardOf(found, entry.Metadata, reach), async (open, stop) => await open.ExecuteAsync("""
                INSERT INTO applications (client_id, metadata, secrets, is_enabled, is_self_registered, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $6)
                ON CONFLICT (client_id) DO UPDATE SET metadata = $2, secrets = $3, is_enabled = $4, updated = $6
                """, stop, entry.ClientId, JsonSerializer.Serialize(entry.Metadata, StorageJson.Default.ClientMetadata), Write(secrets), entry.IsEnabled, false, now));
        }
    }

    /// <summary>Deletes what the file does not name, if it asks for that. Clients that registered themselves are none of a file's.</summary>
    public static async ValueTask PruneAsync(SqlSession session, ConfigurationFile file, Reach reach, DateTimeOffset now, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!file.Prunes("applications")) return;
        var gone = await ToPruneAsync(session, file, cancellationToken);
        foreach (var client in (await ListAsync(session, cancellationToken)).Where(client => gone.Contains(client.ClientId)))
        {
            changes.Add(Kind, client.ClientId, ConfigurationViews.Of(client.ClientId, client.Metadata, client.IsEnabled), null, GuardOf(client, null, reach), async (open, stop) =>
            {
                await open.ExecuteAsync("UPDATE api_keys SET revoked = $1, revoke_reason = 'operator' WHERE client_id = $2 AND revoked IS NULL", stop, now, client.ClientId);
                await open.ExecuteAsync("DELETE FROM consents WHERE client_id = $1", stop, client.ClientId);
                await open.ExecuteAsync("DELETE FROM applications WHERE client_id = $1", stop, client.ClientId);
            });
        }
    }

    /// <summary>Which clients the file does not name.</summary>
    public static async ValueTask<HashSet<string>> ToPruneAsync(SqlSession session, ConfigurationFile file, CancellationToken cancellationToken) =>
        (await ListAsync(session, cancellationToken)).Where(client => !client.IsSelfRegistered).Select(client => client.ClientId).Except(file.NamesOf("applications"), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);

    // Nobody makes a client stronger than they may, nor touches one that is (security case AD-03).
    private static ChangeSet.Guard GuardOf(Application? before, ClientMetadata? after, Reach reach) => (who, _, _) =>
    {
        who.RequireConfirmed(ManagementPermissions.ManageClients);
        if (before is not null) who.RequireToGrant(reach.Of(before.Metadata));
        if (after is not null) who.RequireToGrant(reach.Of(after));
        return ValueTask.CompletedTask;
    };

    private static void Validate(ApplicationEntry entry, Application? found, Reach reach, ServerOptions options)
    {
        var metadata = entry.Metadata;
        foreach (var (field, problem) in ClientMetadataRules.Check(metadata, options)) throw Wrong(entry, field, problem.ToString());
        foreach (var scope in metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!reach.HasScope(scope)) throw Wrong(entry, "scope", $"there is no scope \"{scope}\". Describe it in the section scopes, or take it out");
        }

        foreach (var pattern in metadata.Permissions ?? [])
        {
            if (!PermissionPattern.IsWellFormed(pattern)) throw Wrong(entry, "permissions", $"\"{pattern}\" is not a permission or a pattern of them. Write verb:resource, or for example read:*");
        }

        var hasSecret = metadata.TokenEndpointAuthMethod is ClientAuthenticationMethods.ClientSecretBasic or ClientAuthenticationMethods.ClientSecretPost;
        if (entry.Secret is not null && !hasSecret)
            throw Wrong(entry, "client_secret", $"a client with token_endpoint_auth_method {metadata.TokenEndpointAuthMethod} has no secret. Take it out");
        if (hasSecret && entry.Secret is null && found?.Secrets is null or { Count: 0 })
            throw entry.Node.Wrong($"client_secret is missing, which {metadata.TokenEndpointAuthMethod} needs. Write for example \"env:CLIENT_SECRET\"; a public client has token_endpoint_auth_method none");
    }

    private static ConfigurationException Wrong(ApplicationEntry entry, string member, string reason) => (entry.Node with { Place = $"{entry.Node.Place}.{member}" }).Wrong(reason);

    // A secret that is stored already stays as it is, with those that overlap with it; another one replaces them all.
    private static List<ClientSecret> SecretsOf(ApplicationEntry entry, Application? found, DateTimeOffset now)
    {
        if (entry.Secret is null) return found?.Secrets ?? [];
        var hash = ClientSecretCheck.Hash(entry.Secret);
        return found is not null && found.Secrets.Exists(secret => secret.Hash == hash && secret.IsActive(now)) ? found.Secrets : [new ClientSecret(hash, now, null)];
    }

    private static string Write(List<ClientSecret> secrets) => JsonSerializer.Serialize(secrets, StorageJson.Default.ListClientSecret);
}
