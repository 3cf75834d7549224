using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Compares the file's applications with the stored ones; "known" are the scopes and permissions that there are afterwards.</summary>
    public static async ValueTask CompareAsync(SqlSession session, ConfigurationFile file, HashSet<string> known, ServerOptions options, DateTimeOffset now, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (file.Applications.Count == 0) return;
        var stored = (await ListAsync(session, cancellationToken)).ToDictionary(application => application.ClientId, StringComparer.Ordinal);
        foreach (var entry in file.Applications)
        {
            stored.TryGetValue(entry.ClientId, out var found);
            Validate(entry, found, known, options);
            var metadata = JsonSerializer.Serialize(entry.Metadata, StorageJson.Default.ClientMetadata);
            var secrets = SecretsOf(entry, found, now);
            if (found is null)
            {
                changes.Create(Kind, entry.ClientId, async (open, stop) => await open.ExecuteAsync(
                    "INSERT INTO applications (client_id, metadata, secrets, is_enabled, is_self_registered, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $6)", stop,
                    entry.ClientId, metadata, Write(secrets), entry.IsEnabled, false, now));
                continue;
            }

            var what = Differences(metadata, JsonSerializer.Serialize(found.Metadata, StorageJson.Default.ClientMetadata));
            if (!ReferenceEquals(secrets, found.Secrets)) what.Add("client_secret");
            if (entry.IsEnabled != found.IsEnabled) what.Add("enabled");
            changes.Update(Kind, entry.ClientId, what, async (open, stop) => await open.ExecuteAsync(
                "UPDATE applications SET metadata = $1, secrets = $2, is_enabled = $3, updated = $4 WHERE client_id = $5", stop,
                metadata, Write(secrets), entry.IsEnabled, now, entry.ClientId));
        }
    }

    private static void Validate(ApplicationEntry entry, Application? found, HashSet<string> known, ServerOptions options)
    {
        var metadata = entry.Metadata;
        foreach (var (field, problem) in ClientMetadataRules.Check(metadata, options)) throw Wrong(entry, field, problem);
        foreach (var scope in metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!known.Contains(scope)) throw Wrong(entry, "scope", $"there is no scope \"{scope}\". Describe it in the section scopes, or take it out");
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

    private static List<string> Differences(string wanted, string stored)
    {
        if (wanted == stored) return [];
        var (a, b) = (JsonNode.Parse(wanted)!.AsObject(), JsonNode.Parse(stored)!.AsObject());
        return [.. a.Select(member => member.Key).Union(b.Select(member => member.Key)).Where(name => a[name]?.ToJsonString() != b[name]?.ToJsonString())];
    }
}
