using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>What an operator does about API keys: see those of people and services, make and rotate those of services, narrow and revoke any.</summary>
/// <remarks>A key is never wider than its owner, nor than what the operator may grant. Nobody but its owner makes or rotates a person's key, since whoever does sees it.</remarks>
public sealed class ApiKeys(Database database, Catalogue catalogue, ApiKeyStore store, RevocationList list, Cursors cursors, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<ApiKeys> logger)
{
    private const string NewestFirst = " ORDER BY k.created DESC, k.id DESC LIMIT ";

    /// <summary>A part of the list, the newest first; what is searched for is in the order of names.</summary>
    public async Task<Page<ApiKeySummary>> ListAsync(Operator who, ApiKeyFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewApiKeys);
        var name = $"api-keys\n{filter}";
        var values = new List<object?>();
        var where = Conditions(filter, values);
        await using var sql = await database.ReadAsync(cancellationToken);
        if (filter.Search?.Trim() is { Length: > 0 } search) return await ApiKeySearch.ReadAsync(sql, cursors, name, search, where, values, after, limit, cancellationToken);
        if (cursors.Read(name, after) is [var created, var id])
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(created, CultureInfo.InvariantCulture));
            where += $" AND k.created <= {Value(values, at)} AND (k.created < {Value(values, at)} OR k.id < {Value(values, id)})"; // the first of them is what the index is searched by
        }

        var items = await sql.ListAsync($"{ApiKeyStore.SummarySql} {where}{NewestFirst}{limit + 1}", ApiKeyStore.Read, cancellationToken, [.. values]);
        return cursors.Page(name, items, limit, key => [key.Created.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), key.Id]);
    }

    /// <summary>One of them.</summary>
    public async Task<ApiKeySummary> GetAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewApiKeys);
        await using var sql = await database.ReadAsync(cancellationToken);
        return await ApiKeyStore.FindAsync(sql, id, cancellationToken) ?? throw NotFound();
    }

    /// <summary>The version of a key, for <see cref="ChangeAsync"/> and the others.</summary>
    public static string VersionOf(ApiKeySummary key) => Versions.Of(key.Id, key.Name, key.Permissions, key.AllowedAddresses, key.Rotated, key.Expires, key.Revoked);

    /// <summary>Makes a key for a service, shown this once.</summary>
    public async Task<MadeApiKey> CreateAsync(Operator who, NewApiKey made, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageApiKeys);
        var snapshot = await catalogue.CurrentAsync();
        return await database.WriteAsync(async (sql, stop) =>
        {
            var holder = await RequireServiceAsync(sql, made.ClientId, stop);
            var draft = made.Draft.Permissions.Count > 0 ? made.Draft : made.Draft with { Permissions = holder.Patterns };
            if (ApiKeyRules.Examine(draft, holder, snapshot, options.ApiKeys) is { Count: > 0 } problems) throw AdministrationException.Invalid(problems);
            who.RequireToGrant(draft.Permissions);
            var key = await store.AddAsync(sql, draft, null, holder.Subject, who.Entry(default), null, stop)
                ?? throw AdministrationException.Conflict("keys_full", $"{holder.Subject} has {options.ApiKeys.PerOwner} living keys, which is the most there may be (Identity:ApiKeys:PerOwner)");
            return new MadeApiKey((await ApiKeyStore.FindAsync(sql, ApiKeyText.IdOf(key)!, stop))!, key);
        }, cancellationToken);
    }

    /// <summary>Changes name, permissions or addresses of a living key. Where its permissions or addresses change, the tokens made with it before end.</summary>
    public async Task<ApiKeySummary> ChangeAsync(Operator who, string id, ApiKeyChange change, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageApiKeys);
        var snapshot = await catalogue.CurrentAsync();
        var (changed, cut) = await database.WriteAsync(async (sql, stop) =>
        {
            var key = await RequireLivingAsync(sql, id, expected, stop);
            var problems = new List<FieldProblem>();
            if (change.Name is { } name) problems.AddRange(ApiKeyRules.ExamineName(name));
            if (change.Permissions is { } permissions) problems.AddRange(ApiKeyRules.ExaminePermissions(permissions, await HolderAsync(sql, key, snapshot, stop), snapshot));
            if (change.AllowedAddresses is { } addresses) problems.AddRange(ApiKeyRules.ExamineAddresses(addresses));
            if (problems.Count > 0) throw AdministrationException.Invalid(problems);
            if (change.Permissions is { } wanted) who.RequireToGrant([.. wanted.Except(key.Permissions, StringComparer.Ordinal)]);
            if (change.AllowedAddresses is not null) who.RequireOver(key.Permissions); // a key that was found is kept from its finder by this alone

            var now = time.GetUtcNow();
            var called = (change.Name ?? key.Name).Trim();
            await sql.ExecuteAsync("UPDATE api_keys SET name = $1, normalized_name = $2, permissions = $3, allowed_addresses = $4 WHERE id = $5", stop, called, ApiKeyNames.Normalize(called),
                ApiKeyStore.Text((change.Permissions ?? key.Permissions).Distinct(StringComparer.Ordinal)), ApiKeyStore.Text(change.AllowedAddresses is { } from ? ApiKeyRules.Kept(from) : key.AllowedAddresses), id);
            var ends = change.Permissions is not null || change.AllowedAddresses is not null;
            if (ends) await RevocationList.AddCutOffAsync(sql, "client_id", id, now + TokenRevoker.Margin, now + TokenRevoker.LongestLife, now, stop);
            await audit.WriteAsync(sql, who.Entry(Log.ApiKeyChanged) with { UserId = key.UserId, ClientId = id }, stop);
            return ((await ApiKeyStore.FindAsync(sql, id, stop))!, ends);
        }, cancellationToken);
        if (cut) list.Load();
        Log.KeyChanged(logger, id, who.Id);
        return changed;
    }

    /// <summary>Gives a service's key a new secret, shown this once; the old one goes on for the overlap, of seven days at most.</summary>
    public async Task<MadeApiKey> RotateAsync(Operator who, string id, TimeSpan overlap, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageApiKeys);
        if (overlap < TimeSpan.Zero || overlap > ApiKeyRules.LongestOverlap) throw AdministrationException.Invalid("overlap", "out_of_range", $"The old one goes on for {ApiKeyRules.LongestOverlap.Days} days at most");
        return await database.WriteAsync(async (sql, stop) =>
        {
            var key = await RequireLivingAsync(sql, id, expected, stop);
            if (key.UserId is not null) throw AdministrationException.Conflict("key_of_person", $"Only its owner rotates a person's key, since whoever does sees it");
            who.RequireToGrant(key.Permissions); // who rotates a key can use it
            var made = await store.RotateAsync(sql, key, overlap, who.Entry(default), null, stop) ?? throw AdministrationException.Changed();
            return new MadeApiKey((await ApiKeyStore.FindAsync(sql, id, stop))!, made);
        }, cancellationToken);
    }

    /// <summary>Ends a key for good, with every token that was made with it, on all nodes within a second.</summary>
    public async Task RevokeAsync(Operator who, string id, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageApiKeys);
        await database.WriteAsync(async (sql, stop) =>
        {
            await LockAsync(sql, id, stop);
            var key = await ApiKeyStore.FindAsync(sql, id, stop) ?? throw NotFound();
            if (key.Revoked is not null) return false; // done, as asked
            Versions.Require(expected, VersionOf(key));
            return await store.RevokeAsync(sql, id, "operator", who.Entry(default), stop);
        }, cancellationToken);
        store.Committed();
    }

    // Read in the transaction, not from memory: the command line follows no changes.
    private static async ValueTask<KeyHolder> RequireServiceAsync(SqlSession sql, string clientId, CancellationToken cancellationToken)
    {
        var metadata = await MetadataAsync(sql, clientId, cancellationToken) ?? throw AdministrationException.Invalid("client_id", "unknown", $"There is no such client");
        return metadata.TokenEndpointAuthMethod != ClientAuthenticationMethods.None && metadata.GrantTypes.Contains(GrantTypes.ClientCredentials) ? new KeyHolder(clientId, false, metadata.Permissions ?? [])
            : throw AdministrationException.Invalid("client_id", "no_service", $"Keys are for confidential clients that may use client_credentials");
    }

    private static async ValueTask<KeyHolder> HolderAsync(SqlSession sql, ApiKeySummary key, CatalogueSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (key.UserId is null) return new KeyHolder(key.ClientId!, false, (await MetadataAsync(sql, key.ClientId!, cancellationToken))?.Permissions ?? []);
        var account = await Identity.Users.Accounts.FindAsync(sql, key.UserId, cancellationToken);
        return new KeyHolder(key.UserId, true, [.. snapshot.PatternsOf(account?.Roles ?? [])]);
    }

    private static ValueTask<ClientMetadata?> MetadataAsync(SqlSession sql, string clientId, CancellationToken cancellationToken) =>
        sql.FirstAsync<ClientMetadata?>("SELECT metadata FROM applications WHERE client_id = $1", row => JsonSerializer.Deserialize(row.GetString(0), StorageJson.Default.ClientMetadata), cancellationToken, clientId);

    private async ValueTask<ApiKeySummary> RequireLivingAsync(SqlSession sql, string id, string? expected, CancellationToken cancellationToken)
    {
        await LockAsync(sql, id, cancellationToken);
        var key = await ApiKeyStore.FindAsync(sql, id, cancellationToken) ?? throw NotFound();
        if (key.StateAt(time.GetUtcNow()) is not "active" and var state)
            throw state == "expired" ? AdministrationException.Conflict("key_expired", $"The key has expired. Make a new one") : AdministrationException.Conflict("key_revoked", $"The key is revoked. Make a new one");
        Versions.Require(expected, VersionOf(key));
        return key;
    }

    private static async ValueTask LockAsync(SqlSession sql, string id, CancellationToken cancellationToken)
    {
        if (!sql.IsSqlite) await sql.ExecuteAsync("SELECT 1 FROM api_keys WHERE id = $1 FOR UPDATE", cancellationToken, id);
    }

    private string Conditions(ApiKeyFilter filter, List<object?> values)
    {
        var now = time.GetUtcNow();
        var conditions = new List<string> { "1 = 1" };
        if (filter.Owner is { } owner) conditions.Add(owner switch { "person" => "k.user_id IS NOT NULL", "service" => "k.client_id IS NOT NULL", _ => throw Unknown("owner", "person, service") });
        if (filter.UserId is { } user) conditions.Add($"k.user_id = {Value(values, user)}");
        if (filter.ClientId is { } client) conditions.Add($"k.client_id = {Value(values, client)}");
        if (filter.State is { } state)
        {
            conditions.Add(state switch
            {
                "active" => $"k.revoked IS NULL AND (k.expires IS NULL OR k.expires > {Value(values, now)})",
                "expired" => $"k.revoked IS NULL AND k.expires <= {Value(values, now)}",
                "revoked" => "k.revoked IS NOT NULL",
                _ => throw Unknown("state", "active, expired, revoked"),
            });
        }

        if (filter.ExpiresBefore is { } end) conditions.Add($"k.revoked IS NULL AND k.expires > {Value(values, now)} AND k.expires < {Value(values, end)}");
        return string.Join(" AND ", conditions);
    }

    private static string Value(List<object?> values, object value)
    {
        values.Add(value);
        return $"${values.Count}";
    }

    private static AdministrationException Unknown(string field, string words) => AdministrationException.Invalid(field, "unknown", $"Write one of {words}");

    private static AdministrationException NotFound() => AdministrationException.NotFound("API key");
}
