using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>There is always an owner, whoever acts, however, and however many at once.</summary>
public abstract class LastOwnerTests(TestServer server) : AdminSuite(server)
{
    private const int Tries = 50;

    private static Operator Owner(TestPerson person) => new() { Id = person.Id, Kind = OperatorKind.Person, Patterns = ["*:*"], IsConfirmed = true };

    [Fact]
    public async Task AD_11_the_last_owner_is_neither_disabled_nor_deleted_nor_demoted_nor_is_the_role_weakened()
    {
        var (last, role) = await OnlyOwnersAsync(1);
        var who = Operator.CommandLine;

        await ConflictAsync(() => Get<UserAdministration>().DisableAsync(who, last[0].Id, null, Stop));
        await ConflictAsync(() => Get<UserAdministration>().DeleteAsync(who, last[0].Id, false, null, Stop));
        await ConflictAsync(() => Get<UserAdministration>().DeleteAsync(who, last[0].Id, true, null, Stop));
        await ConflictAsync(() => Get<RoleAdministration>().UnassignAsync(who, last[0].Id, role, false, Stop));
        await ConflictAsync(() => Get<RoleAdministration>().ChangeAsync(who, role, new RoleChange { Permissions = ["read:*", "manage:*"] }, false, null, Stop));
        await ConflictAsync(() => Get<RoleAdministration>().DeleteAsync(who, role, true, false, null, Stop));

        Assert.Equal(1, await OwnersAsync());
        await Get<RoleAdministration>().ChangeAsync(who, role, new RoleChange { Description = "still", Permissions = ["*:*", "read:*"] }, false, null, Stop);
        Assert.Equal(1, await OwnersAsync());
    }

    [Fact]
    public async Task AD_11_of_two_owners_who_disable_each_other_at_once_one_is_refused()
    {
        var (two, _) = await OnlyOwnersAsync(2);
        var other = Server.Nodes > 1 ? 1 : await Server.StartNodeAsync();

        for (var i = 0; i < Tries; i++)
        {
            await Server.ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id IN ($2, $3)", false, two[0].Id, two[1].Id);
            var outcomes = await Task.WhenAll(
                TryAsync(() => Server.Services.GetRequiredService<UserAdministration>().DisableAsync(Owner(two[0]), two[1].Id, null, Stop)),
                TryAsync(() => Server.ServicesOf(other).GetRequiredService<UserAdministration>().DisableAsync(Owner(two[1]), two[0].Id, null, Stop)));

            Assert.Single(outcomes, done => done);
            Assert.Equal(1, await OwnersAsync());
        }
    }

    [Fact]
    public async Task AD_11_demotion_deletion_and_a_weakened_role_at_once_leave_an_owner()
    {
        var (two, role) = await OnlyOwnersAsync(2);

        for (var i = 0; i < Tries; i++)
        {
            await Server.ExecuteAsync("UPDATE users SET is_disabled = $1, delete_after = NULL WHERE id IN ($2, $3)", false, two[0].Id, two[1].Id);
            await Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["*:*"] }, false, null, Stop);
            await Get<RoleAdministration>().AssignAsync(Operator.CommandLine, two[0].Id, role, Stop);
            await Task.WhenAll(
                TryAsync(() => Get<RoleAdministration>().UnassignAsync(Operator.CommandLine, two[0].Id, role, false, Stop)),
                TryAsync(() => Get<UserAdministration>().DeleteAsync(Operator.CommandLine, two[1].Id, false, null, Stop)),
                TryAsync(() => Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:*"] }, false, null, Stop)));

            Assert.True(await OwnersAsync() >= 1, $"nobody owns the server after try {i}");
        }
    }

    [Fact]
    public async Task AD_11_an_owner_by_any_role_counts_and_one_who_is_to_be_deleted_does_not()
    {
        var (two, _) = await OnlyOwnersAsync(2);
        Assert.False(await Server.Services.GetRequiredService<SetUp>().IsNeededAsync(Stop));

        await Get<UserAdministration>().DeleteAsync(Operator.CommandLine, two[0].Id, false, null, Stop);

        await ConflictAsync(() => Get<UserAdministration>().DisableAsync(Operator.CommandLine, two[1].Id, null, Stop));
        await Get<UserAdministration>().EnableAsync(Operator.CommandLine, two[0].Id, null, Stop); // kept after all
        Assert.True(await Get<UserAdministration>().DisableAsync(Operator.CommandLine, two[1].Id, null, Stop));
    }

    [Fact]
    public async Task Nobody_disables_or_deletes_their_own_account_by_administration()
    {
        var (two, _) = await OnlyOwnersAsync(2);

        await ConflictAsync(() => Get<UserAdministration>().DisableAsync(Owner(two[0]), two[0].Id, null, Stop));
        await ConflictAsync(() => Get<UserAdministration>().DeleteAsync(Owner(two[0]), two[0].Id, true, null, Stop));
    }

    // Nobody else: every owner of before is no longer one, and the role is not among the built-in ones.
    private async Task<(IReadOnlyList<TestPerson> Owners, string Role)> OnlyOwnersAsync(int number)
    {
        await Server.ExecuteAsync("UPDATE users SET is_disabled = $1", true);
        await Server.ExecuteAsync("UPDATE roles SET permissions = $1 WHERE name LIKE 'role-%'", "[]");
        var role = await RoleAsync("*:*");
        List<TestPerson> owners = [];
        for (var i = 0; i < number; i++) owners.Add(await TestPerson.AddAsync(Server, roles: role));
        return (owners, role);
    }

    private async Task<long> OwnersAsync() => (long)(await Server.ScalarAsync("""
        SELECT COUNT(DISTINCT u.id) FROM user_roles ur JOIN roles r ON r.id = ur.role_id JOIN users u ON u.id = ur.user_id
        WHERE r.permissions LIKE '%"*:*"%' AND u.is_disabled = $1 AND u.delete_after IS NULL
        """, false))!;

    private static async Task ConflictAsync(Func<Task> act) => Assert.Equal(AdministrationProblem.Conflict, (await Assert.ThrowsAsync<AdministrationException>(act)).Problem);

    private static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (AdministrationException)
        {
            return false;
        }
    }
}

/// <summary>On SQLite.</summary>
public sealed class LastOwnerTestsOnSqlite(SqliteServer server) : LastOwnerTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class LastOwnerTestsOnPostgreSql(PostgreSqlServer server) : LastOwnerTests(server), IClassFixture<PostgreSqlServer>;
