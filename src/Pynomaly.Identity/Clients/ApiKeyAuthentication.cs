using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Clients;

/// <summary>Finds whom an API key speaks for: one read by primary key, nothing is written. The key stands where a client secret does, by basic or post, and names itself (RFC 6749 §2.3.1).</summary>
/// <remarks>Which of the two ways it came by is for <see cref="ClientAuthenticator"/>, which admits one (§2.3). Key, owner and roles are read afresh each time, so that what was taken away is gone at the next exchange.</remarks>
public sealed class ApiKeyAuthentication(Database database, Catalogue catalogue, ClientDirectory clients, ChangeFeed feed, ApiKeyUses uses, ServerOptions options, TimeProvider time)
{
    // A line for each role of the person.
    private const string FindSql = """
        SELECT k.secret_hash, k.previous_hash, k.previous_expires, k.user_id, k.client_id, k.permissions, k.allowed_addresses, k.expires, k.revoked, k.name, u.is_disabled, u.delete_after, r.name
        FROM api_keys k LEFT JOIN users u ON u.id = k.user_id LEFT JOIN user_roles ur ON ur.user_id = u.id LEFT JOIN roles r ON r.id = ur.role_id WHERE k.id = $1
        """;

    private static readonly string Nobody = new('A', 43);

    /// <summary>The client that the key is, or why it is none, for the log.</summary>
    /// <exception cref="ProtocolException">temporarily_unavailable: what this node knows may be older than a second.</exception>
    public async ValueTask<(Application? Client, string? Reason)> FindAsync(string id, string key, IPAddress? address, CancellationToken cancellationToken)
    {
        feed.RequireFresh(); // roles are read from memory
        List<Row> rows;
        await using (var sql = await database.ReadAsync(cancellationToken)) rows = await sql.ListAsync(FindSql, Read, cancellationToken, id);
        var (row, now) = (rows.Count == 0 ? null : rows[0], time.GetUtcNow());

        // The same work whether or not there is such a key.
        var hash = ApiKeyText.Hash(key);
        var isCurrent = Same(hash, row?.SecretHash);
        var isPrevious = Same(hash, row?.PreviousHash) & row?.PreviousExpires > now;
        if (row is null) return (null, "there is no such key");
        if (!isCurrent && !isPrevious) return (null, "it is not the key, or no longer");
        if (row.Revoked is not null) return (null, "it is revoked");
        if (row.Expires <= now) return (null, "it has expired");
        if (!AllowedAddresses.Contain(row.Addresses, address)) return (null, "it may not be used from this address");

        var snapshot = await catalogue.CurrentAsync();
        var ends = isCurrent ? row.Expires : Earlier(row.Expires, row.PreviousExpires);
        if (row.UserId is null)
        {
            if (await clients.FindAsync(row.ClientId!, cancellationToken) is not { IsEnabled: true } service) return (null, "its service is disabled or gone");
            if (service.IsPublic || !service.Allows(GrantTypes.ClientCredentials)) return (null, "its service may not use client_credentials");
            uses.Note(id, now, address);
            return (ClientOf(id, row, new KeyHolder(service.ClientId, false, service.Metadata.Permissions ?? []), service.Metadata, snapshot, ends, now), null);
        }

        if (!options.ApiKeys.Personal) return (null, "people's keys are switched off");
        if (row.IsDisabled is not false || row.DeleteAfter is not null) return (null, "its owner is disabled, leaving or gone");
        var holder = new KeyHolder(row.UserId, true, [.. snapshot.PatternsOf(rows.Select(one => one.Role).OfType<string>()).Distinct(StringComparer.Ordinal)]);
        uses.Note(id, now, address);
        return (ClientOf(id, row, holder, null, snapshot, ends, now), null);
    }

    private Application ClientOf(string id, Row row, KeyHolder holder, ClientMetadata? service, CatalogueSnapshot snapshot, DateTimeOffset? ends, DateTimeOffset now)
    {
        var lifetime = service?.AccessTokenLifetime ?? (int)options.Lifetimes.AccessToken.TotalSeconds;
        if (ends is { } end) lifetime = Math.Max(1, Math.Min(lifetime, (int)(end - now).TotalSeconds)); // its tokens end with it
        return new Application
        {
            ClientId = id, Holder = holder,
            Metadata = new ClientMetadata
            {
                ClientName = row.Name, GrantTypes = [GrantTypes.ClientCredentials], ResponseTypes = [], Permissions = row.Permissions, AccessTokenLifetime = lifetime,
                AccessTokenSignedResponseAlg = service?.AccessTokenSignedResponseAlg, Scope = KeyScopes.Of(snapshot, holder, row.Permissions, service?.Scope),
            },
        };
    }

    private static Row Read(System.Data.Common.DbDataReader row) => new(
        row.GetString(0), row.Text(1), row.OptionalTime(2), row.Text(3), row.Text(4), Texts(row.GetString(5)), Texts(row.GetString(6)), row.OptionalTime(7), row.OptionalTime(8),
        row.GetString(9), row.IsDBNull(10) ? null : row.GetBoolean(10), row.OptionalTime(11), row.Text(12));

    private static List<string> Texts(string json) => JsonSerializer.Deserialize(json, StorageJson.Default.ListString)!;

    private static bool Same(string shown, string? stored) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(shown), Encoding.ASCII.GetBytes(stored ?? Nobody)) & stored is not null;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private sealed record Row(
        string SecretHash, string? PreviousHash, DateTimeOffset? PreviousExpires, string? UserId, string? ClientId, List<string> Permissions, List<string> Addresses, DateTimeOffset? Expires, DateTimeOffset? Revoked,
        string Name, bool? IsDisabled, DateTimeOffset? DeleteAfter, string? Role)
    {
        /// <summary>Names the key only.</summary>
        public override string ToString() => Name;
    }
}
