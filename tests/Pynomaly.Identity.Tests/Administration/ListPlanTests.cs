using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Each list of the administration, with each filter, is led by an index whatever grows: SQLite is asked for the plan of the very statements that the list ran.</summary>
/// <remarks>SQLite has no statistics here, as in production, so a plan does not depend on what stands in the tables.</remarks>
public sealed partial class ListPlanTests(SqliteServer server) : AdminSuite(server), IClassFixture<SqliteServer>
{
    private const string Sort = "USE TEMP B-TREE FOR ORDER BY";

    /// <summary>A list of people and the indexes that lead to it.</summary>
    public static TheoryData<PeopleQuery, string> OfPeople => new()
    {
        { new(), "ix_users_normalized_user_name" },
        { new() { Order = "-name" }, "ix_users_normalized_user_name" },
        { new() { Order = "created" }, "ix_users_created_id" },
        { new() { Order = "-created" }, "ix_users_created_id" },
        { new() { Order = "last_sign_in" }, "ix_users_last_sign_in_id" },
        { new() { Order = "-last_sign_in" }, "ix_users_last_sign_in_id" },
        { new() { Search = "no" }, "ix_users_normalized_user_name ix_users_normalized_email" },
        { new() { IsDisabled = true }, "ix_users_disabled" },
        { new() { IsLocked = true }, "ix_users_locked" },
        { new() { IsToBeDeleted = true }, "ix_users_leaving" },
        { new() { IsDisabled = false }, "ix_users_normalized_user_name" },
        { new() { IsDisabled = true, Order = "-created" }, "ix_users_disabled_created" },
        { new() { IsLocked = true, Order = "created" }, "ix_users_locked_created" },
        { new() { IsToBeDeleted = true, Order = "created" }, "ix_users_leaving_created" },
        { new() { IsDisabled = true, Order = "-last_sign_in" }, "ix_users_disabled_created" },
    };

    /// <summary>The same of sessions.</summary>
    public static TheoryData<SessionFilter, string> OfSessions => new()
    {
        { new(), "ix_sessions_created_id" },
        { new() { All = true }, "ix_sessions_created_id" },
        { new() { UserId = "x" }, "ix_sessions_user_id" },
        { new() { Address = "192.0.2.1" }, "ix_sessions_address_created_id" },
        { new() { ClientId = "x" }, "ix_authorizations_client_id_created_id" },
    };

    /// <summary>The same of grants.</summary>
    public static TheoryData<GrantFilter, string> OfGrants => new()
    {
        { new(), "ix_authorizations_created_id" },
        { new() { UserId = "x" }, "ix_authorizations_user_id" },
        { new() { ClientId = "x" }, "ix_authorizations_client_id_created_id" },
        { new() { SessionId = "x" }, "ix_authorizations_session_id" },
    };

    /// <summary>The same of entries of the trail.</summary>
    public static TheoryData<AuditQuery, string> OfEntries => new()
    {
        { new() { User = "x" }, "ix_audit_events_user_id_at" },
        { new() { Actor = "x" }, "ix_audit_events_actor_sequence" },
        { new() { Client = "x" }, "ix_audit_events_client_id_sequence" },
        { new() { Session = "x" }, "ix_audit_events_session_id_sequence" },
        { new() { Address = "192.0.2.1" }, "ix_audit_events_address_sequence" },
        { new() { CorrelationId = "x" }, "ix_audit_events_correlation_id" },
        { new() { Event = "SignedIn" }, "ix_audit_events_name_sequence" },
        { new() { Outcome = "refused" }, "ix_audit_events_name_sequence" },
        { new() { Address = "192.0.2.1", Event = "SignedIn" }, "ix_audit_events_address_sequence" },
    };

    /// <summary>The same of API keys.</summary>
    public static TheoryData<ApiKeyFilter, string> OfKeys => new()
    {
        { new(), "ix_api_keys_created_id" },
        { new() { UserId = "x" }, "ix_api_keys_user_id" },
        { new() { ClientId = "x" }, "ix_api_keys_client_id" },
        { new() { State = "revoked" }, "ix_api_keys_revoked" },
        { new() { Search = "no" }, "ix_api_keys_normalized_name_id sqlite_autoindex_api_keys_1" },
        { new() { Search = "no", State = "active" }, "ix_api_keys_normalized_name_id sqlite_autoindex_api_keys_1" },
        { new() { Search = "no", State = "revoked" }, "ix_api_keys_revoked_name" },
    };

    [Theory, MemberData(nameof(OfPeople))]
    public Task People(PeopleQuery query, string index) => IsLedAsync<People, PersonSummary>(index, query is { Order: "-last_sign_in" } and ({ IsDisabled: true } or { IsLocked: true } or { IsToBeDeleted: true }) ? Sort : "",
        (list, after) => list.ListAsync(Operator.CommandLine, query, after, 1, Stop), query is { IsDisabled: true } ? "ix_users_last_sign_in_id" : null);

    [Fact]
    public async Task People_of_a_role_that_few_have()
    {
        var role = await RoleAsync();
        for (var i = 0; i < 2; i++) await TestPerson.AddAsync(Server, roles: role);

        // Sorted, and by no more than the name: a few thousand at most.
        await IsLedAsync<People, PersonSummary>("ix_user_roles_role_id_user_id", Sort, (list, after) => list.ListAsync(Operator.CommandLine, new PeopleQuery { Role = role, Order = "name" }, after, 1, Stop));
        await IsLedAsync<People, PersonSummary>("ix_user_roles_role_id_user_id", "", (list, after) => list.ListAsync(Operator.CommandLine, new PeopleQuery { Role = role }, after, 1, Stop));
        await IsLedAsync<RoleAdministration, Holder>("ix_user_roles_role_id_user_id", "", (list, after) => list.HoldersAsync(Operator.CommandLine, role, after, 1, Stop));
    }

    [Theory, MemberData(nameof(OfSessions))]
    public Task Sessions(SessionFilter filter, string index) => IsLedAsync<SessionAdministration, SessionSummary>(index, filter.UserId is null && filter.ClientId is null ? "" : Sort,
        (list, after) => list.ListAsync(Operator.CommandLine, filter, after, 1, Stop));

    [Theory, MemberData(nameof(OfGrants))]
    public Task Grants(GrantFilter filter, string index) => IsLedAsync<GrantAdministration, GrantSummary>(index, filter.UserId is null && filter.SessionId is null ? "" : Sort,
        (list, after) => list.ListAsync(Operator.CommandLine, filter, after, 1, Stop));

    [Theory, MemberData(nameof(OfEntries))]
    public Task Entries(AuditQuery query, string index) => IsLedAsync<AuditLog, AuditItem>(index, (query.CorrelationId ?? query.Outcome) is null ? "" : Sort,
        (list, after) => list.SearchAsync(Operator.CommandLine, query, after, 1, Stop));

    [Theory, MemberData(nameof(OfKeys))]
    public Task Keys(ApiKeyFilter filter, string index) => IsLedAsync<ApiKeys, ApiKeySummary>(index, filter.UserId is null && filter.ClientId is null ? "" : Sort,
        (list, after) => list.ListAsync(Operator.CommandLine, filter, after, 1, Stop));

    [Theory]
    [InlineData("kid")]
    [InlineData("client_id")]
    public Task Revocations_of_a_rare_kind(string kind) => IsLedAsync<RevocationAdministration, RevocationSummary>("ix_revocations_kind_subject", Sort,
        (list, after) => list.ListAsync(Operator.CommandLine, kind, after, 1, Stop));

    [Fact]
    public async Task What_ends_a_client_finds_its_codes_by_their_time()
    {
        await using var database = new Database(Get<ServerOptions>());

        var revoker = ActivatorUtilities.CreateInstance<TokenRevoker>(Server.Services, database);
        await database.WriteAsync((session, stop) => revoker.StopApplicationAsync(session, "nobody", "test", TimeSpan.Zero, Operator.CommandLine.Entry(default), stop), Stop);

        var steps = await database.WriteAsync((session, _) => ValueTask.FromResult(session.Statements.Where(sql => sql.StartsWith("UPDATE tokens", StringComparison.Ordinal)).SelectMany(sql => Plan(session, sql)).ToList()), Stop);
        Assert.Contains("ix_tokens_expires", Assert.Single(steps), StringComparison.Ordinal);
    }

    // The list runs on a database object of its own, so that all statements there are its own.
    private async Task IsLedAsync<TService, TItem>(string indexes, string allowed, Func<TService, string?, Task<Page<TItem>>> read, string? past = null)
    {
        await using var database = new Database(Get<ServerOptions>());
        var service = ActivatorUtilities.CreateInstance<TService>(Server.Services, database);
        if ((await read(service, null)).Next is { } next) await read(service, next);

        await using var session = await database.ReadAsync(Stop);
        var plans = session.Statements.Where(sql => sql.Contains("LIMIT", StringComparison.Ordinal)).ToDictionary(sql => sql, sql => Plan(session, sql));
        var steps = plans.Values.SelectMany(plan => plan).ToList();

        foreach (var index in indexes.Split(' ')) Assert.True(steps.Exists(step => Regex.IsMatch(step, $@"INDEX {index}\b")), $"{index} leads to nothing:\n{Written(plans)}");
        if (past is not null) Assert.False(steps.Exists(step => step.Contains(past, StringComparison.Ordinal)), $"{past} leads past everybody else:\n{Written(plans)}");
        Assert.False(steps.Exists(step => Whole().IsMatch(step)), $"A whole table is read:\n{Written(plans)}");
        if (allowed != Sort) Assert.False(steps.Exists(step => step.StartsWith(Sort, StringComparison.Ordinal)), $"All that fits is sorted:\n{Written(plans)}");
    }

    private static List<string> Plan(SqlSession session, string sql)
    {
        using var command = ((SqliteConnection)session.Connection).CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        foreach (var name in Regex.Matches(sql, @"\$\d+").Select(match => match.Value).Distinct()) command.Parameters.AddWithValue(name, DBNull.Value);
        List<string> steps = [];
        using var reader = command.ExecuteReader();
        while (reader.Read()) steps.Add(reader.GetString(3));
        return steps;
    }

    private static string Written(Dictionary<string, List<string>> plans) => string.Join("\n", plans.Select(plan => $"{plan.Key}\n    {string.Join("\n    ", plan.Value)}"));

    // A step that goes along a table and not along an index; results of parts of the statement, and the few roles, are no such tables.
    [GeneratedRegex(@"^SCAN (u|s|a|k|users|sessions|authorizations|api_keys|audit_events|user_roles)$")]
    private static partial Regex Whole();
}
