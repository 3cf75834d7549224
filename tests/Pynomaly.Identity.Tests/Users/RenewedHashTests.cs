using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>A hash of another system is renewed at the sign-in, and a password that was changed in that very moment stays.</summary>
public abstract class RenewedHashTests(TestServer server) : ServerSuite(server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_that_is_changed_while_its_hash_is_renewed_stays_changed()
    {
        var person = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET password_hash = $1 WHERE id = $2", Bcrypt.Hash(Encoding.UTF8.GetBytes(TestData.Password), 4), person.Id);
        var changed = TestData.Passwords.Hash("another password, set elsewhere");
        Server.Clock.HoldStamps(); // nothing has waited too long in the queue, however slow the machine is
        var queue = Server.Services.GetRequiredService<HashingQueue>();
        using var browser = Server.Browser();
        var page = await browser.GetAsync("/signin");

        // One hashing thread: the password is looked at between the two gates, and hashed anew after the second.
        var (first, second) = (new Gate(), new Gate());
        var opened = first.HoldAsync(queue);
        await first.Reached;
        var signIn = browser.SubmitAsync(page, "sign-in", ("username", person.Name), ("password", TestData.Password));
        await Until.TrueAsync(() => Task.FromResult(queue.Length == 1), "a password that waits to be looked at");
        var openedAgain = second.HoldAsync(queue);
        first.Open();
        await second.Reached;
        await ExecuteAsync("UPDATE users SET password_hash = $1 WHERE id = $2", changed, person.Id);
        second.Open();
        await Task.WhenAll(opened, openedAgain, signIn);

        Assert.Equal(changed, await Server.ScalarAsync("SELECT password_hash FROM users WHERE id = $1", person.Id));
    }

    [Fact]
    public async Task A_hash_of_another_system_is_ours_after_the_sign_in()
    {
        var person = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET password_hash = $1 WHERE id = $2", Bcrypt.Hash(Encoding.UTF8.GetBytes(TestData.Password), 4), person.Id);
        using var browser = Server.Browser();

        await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", person.Name), ("password", TestData.Password));

        Assert.StartsWith("pyn1$", (string)(await Server.ScalarAsync("SELECT password_hash FROM users WHERE id = $1", person.Id))!, StringComparison.Ordinal);
    }

    private sealed class Gate
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Open() => _open.SetResult();

        public Task<bool> HoldAsync(HashingQueue queue) => queue.RunAsync(() =>
        {
            _reached.SetResult();
            return _open.Task.Wait(Until.Patience);
        }, Stop);
    }

    public sealed class OnSqlite() : TestServer("Sqlite")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Passwords:Workers", "1")];
    }

    public sealed class OnPostgreSql() : TestServer("PostgreSql")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Passwords:Workers", "1")];
    }
}

/// <summary>On SQLite.</summary>
public sealed class RenewedHashTestsOnSqlite(RenewedHashTests.OnSqlite server) : RenewedHashTests(server), IClassFixture<RenewedHashTests.OnSqlite>;

/// <summary>On PostgreSQL.</summary>
public sealed class RenewedHashTestsOnPostgreSql(RenewedHashTests.OnPostgreSql server) : RenewedHashTests(server), IClassFixture<RenewedHashTests.OnPostgreSql>;
