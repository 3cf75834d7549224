using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>What operators do to clients. Nobody gives one what they may not grant themselves (security case AD-03); what a change ends, ends with it.</summary>
public sealed class ClientAdministration
{
    private const int MostCounted = 1000;

    // Among its newest entries only: of a client that people use much and that has got nothing for itself, there are millions.
    private const string LastUsedSql = """
        SELECT at FROM (SELECT at, name, sequence FROM audit_events WHERE client_id = $1 ORDER BY sequence DESC LIMIT 1000) newest
        WHERE name = 'TokensIssued' ORDER BY sequence DESC LIMIT 1
        """;

    private readonly Database _database;
    private readonly Catalogue _catalogue;
    private readonly ClientIndex _index;
    private readonly TokenRevoker _revoker;
    private readonly Cursors _cursors;
    private readonly AuditTrail _audit;
    private readonly ChangeFeed _feed;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ClientAdministration> _logger;

    /// <summary>Reads nothing yet.</summary>
    public ClientAdministration(Database database, Catalogue catalogue, ClientIndex index, TokenRevoker revoker, Cursors cursors, AuditTrail audit, ChangeFeed feed, ServerOptions options, TimeProvider time, ILogger<ClientAdministration> logger)
    {
        (_database, _catalogue, _index, _revoker, _cursors, _audit, _feed, _options, _time, _logger) = (database, catalogue, index, revoker, cursors, audit, feed, options, time, logger);
    }

    /// <summary>A part of the list.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: the order or the cursor.</exception>
    public async Task<Page<ClientSummary>> ListAsync(Operator who, ClientFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        var order = ClientOrder.Find(filter.Order) ?? throw AdministrationException.Invalid("order", "unknown", $"Write client_id, name or created");
        if (filter.Purpose is { } purpose && !ClientPurposes.All.Contains(purpose)) throw AdministrationException.Invalid("purpose", "unknown", $"Write one of {string.Join(", ", ClientPurposes.All)}");
        var name = $"clients\n{filter}";
        var place = _cursors.Read(name, after) is [var value, var id] ? order.At(value, id) : null;
        var clients = (await _index.CurrentAsync(cancellationToken)).In(order, filter.SecretEndsBefore is not null).After(place, filter.Search);
        return _cursors.Page(name, [.. clients.Where(client => Fits(client, filter)).Take(limit + 1)], limit, order.ValuesOf);
    }

    /// <summary>One of them.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<ClientDetails> GetAsync(Operator who, string clientId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        await using var sql = await _database.ReadAsync(cancellationToken);
        var client = await Applications.FindAsync(sql, clientId, cancellationToken) ?? throw AdministrationException.NotFound("client");
        var used = await sql.FirstAsync(LastUsedSql, row => row.OptionalTime(0), cancellationToken, clientId);
        return ClientDetails.Of(client, used, _time.GetUtcNow());
    }

    /// <summary>Makes one from the preset of its purpose. Its secret, where it has one, is shown this once.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, invalid, conflict: the identifier is taken.</exception>
    public async Task<MadeClient> CreateAsync(Operator who, NewClient made, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageClients);
        var preset = ClientPresets.Find(made.Purpose, _options) ?? throw AdministrationException.Invalid("purpose", "unknown", $"Write one of {string.Join(", ", ClientPurposes.All)}");
        var clientId = string.IsNullOrEmpty(made.ClientId) ? Secrets.CreateId() : made.ClientId;
        if (!Rules.IsClientId(clientId)) throw AdministrationException.Invalid("client_id", "malformed", $"It consists of visible ASCII characters, at most 128");
        var metadata = ClientChanges.Apply(preset, made.Metadata);
        var catalogue = await _catalogue.CurrentAsync();
        ClientChanges.RequireValid(metadata, made.Scope is { } with ? [with.Name] : [], catalogue, _options);
        who.RequireToGrant(ClientChanges.Reach(metadata, catalogue));
        var scope = made.Scope is null ? null : ScopeRules.Require(made.Scope);
        if (scope is not null) ScopeRules.RequireAllowed(who, scope, catalogue);

        var now = _time.GetUtcNow();
        var secret = HasSecrets(metadata) ? Secrets.Create() : null;
        var client = new Application { ClientId = clientId, Metadata = metadata, Created = now, Updated = now, Secrets = secret is null ? [] : [new ClientSecret(ClientSecretCheck.Hash(secret), now, null)] };
        await _database.WriteAsync(async (sql, stop) =>
        {
            if (await Applications.IsSubjectAsync(sql, clientId, stop)) throw AdministrationException.Conflict("client_id_taken", $"The client_id \"{clientId}\" is taken");
            if (!await Applications.AddAsync(sql, client, stop)) throw AdministrationException.Conflict("client_exists", $"There is a client \"{clientId}\" already");
            if (scope is not null && !await Scopes.AddAsync(sql, scope, stop)) throw AdministrationException.Conflict("scope_exists", $"There is a scope \"{scope.Name}\" already");
            // Somebody else of that name may have been here before: nobody remembers for this one what they allowed that one.
            await sql.ExecuteAsync("DELETE FROM consents WHERE client_id = $1", stop, clientId);
            await sql.ExecuteAsync(ChangeFeed.BumpSql, stop);
            await _audit.WriteAsync(sql, who.Entry(Log.ClientMade) with { ClientId = clientId, Detail = new JsonObject { ["purpose"] = made.Purpose }.ToJsonString() }, stop);
            if (scope is not null) await _audit.WriteAsync(sql, who.Entry(Log.ScopeMade) with { Detail = new JsonObject { ["scope"] = scope.Name }.ToJsonString() }, stop);
            return true;
        }, cancellationToken);
        Log.ClientCreated(_logger, clientId, who.Id);
        _feed.Look();
        return new MadeClient(ClientDetails.Of(client, null, now), secret);
    }

    /// <summary>Changes what it is registered with: a merge patch (RFC 7396) in the names of RFC 7591 §2.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, invalid, not found, changed.</exception>
    public async Task<ClientDetails> ChangeAsync(Operator who, string clientId, JsonObject patch, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageClients);
        var catalogue = await _catalogue.CurrentAsync();
        var (client, what) = await _database.WriteAsync(async (sql, stop) =>
        {
            var client = await Applications.RequireAsync(sql, clientId, expected, stop);
            var after = ClientChanges.Apply(client.Metadata, patch);
            var differences = ClientChanges.Differences(client.Metadata, after);
            if (differences.Count == 0) return (client, differences);
            ClientChanges.RequireValid(after, ClientChanges.Words(client.Metadata.Scope), catalogue, _options);
            ClientChanges.RequireAllowed(who, after, ClientChanges.Widened(client.Metadata, after), catalogue);
            client.Metadata = after;
            if (!HasSecrets(after)) client.Secrets = [];
            client.Updated = Later(client.Updated);
            await Applications.SaveAsync(sql, client, stop);
            await _audit.WriteAsync(sql, who.Entry(Log.ClientEdited) with { ClientId = clientId, Detail = new JsonObject { ["what"] = new JsonArray([.. differences.Select(name => (JsonNode)name)]) }.ToJsonString() }, stop);
            return (client, differences);
        }, cancellationToken);
        if (what.Count > 0)
        {
            Log.ClientChanged(_logger, clientId, who.Id, string.Join(", ", what));
            _feed.Look();
        }

        return ClientDetails.Of(client, null, _time.GetUtcNow());
    }

    /// <summary>Disables it: refused everywhere, its grants and tokens end.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found, changed.</exception>
    public Task<ClientDetails> DisableAsync(Operator who, string clientId, string? expected, CancellationToken cancellationToken) => SwitchAsync(who, clientId, Log.ClientOff, expected, cancellationToken);

    /// <summary>Lets it be used again; what was ended stays ended.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed.</exception>
    public Task<ClientDetails> EnableAsync(Operator who, string clientId, string? expected, CancellationToken cancellationToken) => SwitchAsync(who, clientId, Log.ClientOn, expected, cancellationToken);

    /// <summary>What ends with it when it is disabled or deleted.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<ClientEnds> WhatEndsAsync(Operator who, string clientId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        await using var sql = await _database.ReadAsync(cancellationToken);
        if (await Applications.FindAsync(sql, clientId, cancellationToken) is null) throw AdministrationException.NotFound("client");
        var ends = await CountAsync(sql, clientId, MostCounted + 1, cancellationToken);
        return ends.Grants <= MostCounted && ends.Consents <= MostCounted ? ends
            : ends with { Grants = Math.Min(ends.Grants, MostCounted), People = Math.Min(ends.People, MostCounted), Consents = Math.Min(ends.Consents, MostCounted), IsMore = true };
    }

    /// <summary>Deletes it, with everything that hangs on it.</summary>
    /// <returns>What ended, counted to the last.</returns>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed.</exception>
    public async Task<ClientEnds> DeleteAsync(Operator who, string clientId, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageClients);
        var catalogue = await _catalogue.CurrentAsync();
        void RequireAllowed(Application client) => who.RequireToGrant(ClientChanges.Reach(client.Metadata, catalogue)); // disabling, which can be undone, is for everyone who manages clients
        var stopped = _time.GetUtcNow();
        var (ends, isOff) = await _database.WriteAsync(async (sql, stop) =>
        {
            var client = await Applications.RequireAsync(sql.Patient(), clientId, expected, stop);
            RequireAllowed(client);
            if (await LivingGrants.AreManyAsync(sql, clientId, stop) || await ManyConsents.AreManyAsync(sql, clientId, stop))
            {
                if (!client.IsEnabled) return (null, false); // asked again: that it ended is entered
                await SwitchOffAsync(who, sql, client, "client deleted", stop);
                return ((ClientEnds?)null, true);
            }

            var counted = await CountAsync(sql, clientId, long.MaxValue, stop);
            await HoldAsync(sql, clientId, stop);
            await _revoker.EndApplicationAsync(sql, clientId, "client deleted", TokenRevoker.Margin, isDeleted: true, who.Entry(default), stop);
            await RemoveAsync(who, sql, clientId, counted, stop);
            return (counted, false);
        }, cancellationToken);
        _revoker.Committed();
        if (isOff) Log.ClientDisabled(_logger, clientId, who.Id);
        ends ??= await DeleteManyAsync(who, clientId, stopped, RequireAllowed);
        _revoker.ApplicationEnded(clientId, "client deleted");
        Log.ClientDeleted(_logger, clientId, who.Id);
        return ends;
    }

    // A million people may have been here. It is refused already; what they granted ends in parts, whoever asked may have gone, and then the row.
    private async Task<ClientEnds> DeleteManyAsync(Operator who, string clientId, DateTimeOffset stopped, Action<Application> require)
    {
        ClientEnds counted;
        await using (var sql = (await _database.ReadAsync(CancellationToken.None)).Patient()) counted = await CountAsync(sql, clientId, long.MaxValue, CancellationToken.None);
        await _revoker.EndGrantsAsync(clientId, "client deleted");
        await new ManyConsents(_database).ForgetAsync(clientId);
        await _database.WriteAsync(async (sql, stop) =>
        {
            require(await Applications.RequireAsync(sql.Patient(), clientId, null, stop));
            await HoldAsync(sql, clientId, stop);
            await _revoker.FinishApplicationAsync(sql, clientId, "client deleted", isDeleted: true, stopped, stop);
            await RemoveAsync(who, sql, clientId, counted, stop);
            return true;
        }, CancellationToken.None);
        return counted;
    }

    // In the one order: codes, API keys, then the turn on the list.
    private async ValueTask HoldAsync(SqlSession sql, string clientId, CancellationToken cancellationToken)
    {
        await PersonRows.HoldCodesOfClientsAsync(sql, [clientId], _time.GetUtcNow() - TokenRevoker.Skew, cancellationToken);
        await PersonRows.HoldKeysOfClientAsync(sql, clientId, cancellationToken);
    }

    private async ValueTask RemoveAsync(Operator who, SqlSession sql, string clientId, ClientEnds counted, CancellationToken cancellationToken)
    {
        await sql.ExecuteAsync("UPDATE api_keys SET revoked = $1, revoke_reason = 'operator' WHERE client_id = $2 AND revoked IS NULL", cancellationToken, _time.GetUtcNow(), clientId);
        await sql.ExecuteAsync("DELETE FROM consents WHERE client_id = $1", cancellationToken, clientId);
        await sql.ExecuteAsync("DELETE FROM applications WHERE client_id = $1", cancellationToken, clientId);
        await sql.ExecuteAsync(ChangeFeed.BumpSql, cancellationToken);
        await _audit.WriteAsync(sql, who.Entry(Log.ClientRemoved) with { ClientId = clientId, Detail = string.Create(CultureInfo.InvariantCulture, $"{{\"grants\":{counted.Grants},\"consents\":{counted.Consents}}}") }, cancellationToken);
    }

    private async Task<ClientDetails> SwitchAsync(Operator who, string clientId, EventId to, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageClients);
        var on = to == Log.ClientOn;
        var catalogue = await _catalogue.CurrentAsync();
        var stopped = _time.GetUtcNow();
        var (client, changed, isMore) = await _database.WriteAsync(async (sql, stop) =>
        {
            var client = await Applications.RequireAsync(sql.Patient(), clientId, expected, stop);
            if (client.IsEnabled == on) return (client, false, !on && await LivingGrants.AreMoreAsync(sql, clientId, 0, stop)); // an act that was stopped halfway left them
            if (!on) return (client, true, await SwitchOffAsync(who, sql, client, "client disabled", stop));
            ClientChanges.RequireAllowed(who, client.Metadata, ["enabled"], catalogue); // it comes back with all that it could do
            client.IsEnabled = true;
            client.Updated = Later(client.Updated);
            await Applications.SaveAsync(sql, client, stop);
            await _audit.WriteAsync(sql, who.Entry(to) with { ClientId = clientId }, stop);
            return (client, true, false);
        }, cancellationToken);
        if (changed && on) Log.ClientEnabled(_logger, clientId, who.Id);
        if (changed && !on) Log.ClientDisabled(_logger, clientId, who.Id);
        if (changed) _revoker.Committed();
        if (isMore) await DisableManyAsync(clientId, stopped);
        if (!on && (changed || isMore)) _revoker.ApplicationEnded(clientId, "client disabled");
        return ClientDetails.Of(client, null, _time.GetUtcNow());
    }

    // First it is refused and its tokens are cut off; grants may follow in parts (true). Whatever stops those, it stays off.
    private async ValueTask<bool> SwitchOffAsync(Operator who, SqlSession sql, Application client, string reason, CancellationToken cancellationToken)
    {
        client.IsEnabled = false;
        client.Updated = Later(client.Updated);
        var isMore = await _revoker.StopApplicationAsync(sql, client.ClientId, reason, TokenRevoker.Margin, who.Entry(default), cancellationToken); // the turn on the list before the news of a change, as everywhere
        await Applications.SaveAsync(sql, client, cancellationToken);
        await _audit.WriteAsync(sql, who.Entry(Log.ClientOff) with { ClientId = client.ClientId }, cancellationToken);
        return isMore;
    }

    private async Task DisableManyAsync(string clientId, DateTimeOffset stopped)
    {
        await _revoker.EndGrantsAsync(clientId, "client disabled");
        await _database.WriteAsync(async (sql, stop) =>
        {
            var client = await Applications.RequireAsync(sql.Patient(), clientId, null, stop);
            if (!client.IsEnabled) await _revoker.FinishApplicationAsync(sql, clientId, "client disabled", isDeleted: false, stopped, stop); // or somebody has let it be used again meanwhile
            return true;
        }, CancellationToken.None);
    }

    private async ValueTask<ClientEnds> CountAsync(SqlSession sql, string clientId, long most, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var (grants, people) = await sql.FirstAsync("SELECT COUNT(*), COUNT(DISTINCT user_id) FROM (SELECT user_id FROM authorizations WHERE client_id = $1 AND ended IS NULL AND +expires > $2 LIMIT $3) counted",
            row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken, clientId, now, most);
        var consents = await sql.FirstAsync("SELECT COUNT(*) FROM (SELECT 1 FROM consents WHERE client_id = $1 LIMIT $2) counted", row => row.GetInt64(0), cancellationToken, clientId, most);
        var keys = await sql.FirstAsync("SELECT COUNT(*) FROM api_keys WHERE client_id = $1 AND revoked IS NULL", row => row.GetInt64(0), cancellationToken, clientId);
        return new ClientEnds(grants, people, consents, keys);
    }

    private static bool Fits(ClientSummary client, ClientFilter filter) =>
        (filter.Purpose is null || client.Purpose == filter.Purpose) && (filter.Scope is not { } scope || (client.Scope.Contains(scope, StringComparison.Ordinal) && ClientChanges.Words(client.Scope).Contains(scope)))
        && (filter.IsEnabled is null || client.IsEnabled == filter.IsEnabled)
        && (filter.IsSelfRegistered is null || client.IsSelfRegistered == filter.IsSelfRegistered)
        && (filter.SecretEndsBefore is null || client.SecretEnds < filter.SecretEndsBefore);

    // Answers about an older registration are told from newer ones by this time; so it grows.
    private DateTimeOffset Later(DateTimeOffset before) => _time.GetUtcNow() is var now && now > before ? now : before.AddMilliseconds(1);

    private static bool HasSecrets(ClientMetadata metadata) => metadata.TokenEndpointAuthMethod is ClientAuthenticationMethods.ClientSecretBasic or ClientAuthenticationMethods.ClientSecretPost;
}
