using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What a person ends is ended at once: an application's access, everything in a panic, the account itself.</summary>
public abstract class EndingTests(TestServer server) : ServerSuite(server)
{
    private static readonly string[] PersonColumns = ["UserId"];

    [Fact]
    public async Task An_application_whose_access_is_withdrawn_can_use_no_token_any_more()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var browser = await Server.SignedInAsync(person);
        var tokens = await Server.TokensAsync(client, person, "openid offline_access pynomaly_api", browser);
        Assert.True(await Server.Machine().IsActiveAsync(tokens.AccessToken));

        var answer = await browser.SubmitAsync(await browser.GetAsync("/account/apps"), "withdraw-1");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.False(await Server.Machine().IsActiveAsync(tokens.AccessToken));
        await (await Server.Machine().RefreshAsync(client, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
        Assert.Contains("id=\"no-apps\"", await (await browser.GetAsync("/account/apps")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_withdraws_what_another_person_allowed()
    {
        var (a, b) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var tokens = await Server.TokensAsync(client, b, "openid pynomaly_api");
        var connections = Server.Services.GetRequiredService<Connections>();

        var withdrawn = await connections.WithdrawAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), new Session { Id = "s", KeyHash = "", UserId = a.Id }, client, CancellationToken.None);

        Assert.False(withdrawn);
        Assert.True(await Server.Machine().IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task The_panic_button_ends_everything_with_an_old_session_too()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var (here, there) = (await Server.SignedInAsync(person), await Server.SignedInAsync(person));
        var tokens = await Server.TokensAsync(client, person, "openid offline_access pynomaly_api", there);
        await Server.ExecuteAsync("UPDATE devices SET trusted_until = $1 WHERE user_id = $2", Server.Clock.GetUtcNow().AddDays(30), person.Id);
        await Server.ExecuteAsync("INSERT INTO tokens (id, kind, user_id, created, expires) VALUES ($1, 'password_reset', $2, $3, $4)", $"t-{person.Id}", person.Id, Server.Clock.GetUtcNow(), Server.Clock.GetUtcNow().AddMinutes(15));
        Server.Clock.Move(TimeSpan.FromMinutes(11));

        var answer = await here.FollowAsync(await here.SubmitAsync(await here.GetAsync("/account/secure"), "secure-account"));

        Assert.Equal("/secured", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await there.GetAsync("/account")).StatusCode);
        await (await Server.Machine().RefreshAsync(client, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM devices WHERE user_id = $1 AND trusted_until IS NOT NULL", person.Id));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND consumed IS NULL", person.Id));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", person.Id));
    }

    [Fact]
    public async Task Deletion_signs_out_at_once_and_a_sign_in_within_the_delay_keeps_the_account()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var (here, there) = (await Server.SignedInAsync(person), await Server.SignedInAsync(person));
        var tokens = await Server.TokensAsync(client, person, "openid pynomaly_api", there);

        var goodbye = await here.FollowAsync(await here.SubmitAsync(await here.GetAsync("/account/data/delete"), "confirm-delete", ("username", person.Name)));
        var active = await Server.Machine().IsActiveAsync(tokens.AccessToken);
        var gone = (await there.GetAsync("/account")).StatusCode;
        Server.Clock.Move(TimeSpan.FromDays(6));
        var back = await Server.SignedInAsync(person);
        var kept = await back.FollowAsync(await back.SubmitAsync(await back.GetAsync("/account"), "keep-account"));
        Server.Clock.Move(TimeSpan.FromDays(2));
        await Server.Services.GetRequiredService<Deletion>().DeleteDueAsync(CancellationToken.None);

        Assert.Equal("/goodbye", goodbye.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.False(active);
        Assert.Equal(HttpStatusCode.SeeOther, gone);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM users WHERE id = $1 AND delete_after IS NULL", person.Id));
    }

    [Fact]
    public async Task AD_13_a_deleted_account_leaves_its_id_in_the_trail_and_nothing_to_whoever_takes_its_name()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var browser = await Server.SignedInAsync(person);
        var tokens = await Server.TokensAsync(client, person, "openid offline_access pynomaly_api", browser);
        await browser.SubmitAsync(await browser.GetAsync("/account/data/delete"), "confirm-delete", ("username", person.Name));
        await Server.SignedInAsync(person); // a session that lives when the day comes
        Server.Clock.Move(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));

        var due = await CountAsync("SELECT COUNT(*) FROM users WHERE delete_after <= $1", Server.Clock.GetUtcNow()); // another test's people too

        var deleted = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Server.Services.GetRequiredService<Deletion>().DeleteDueAsync(CancellationToken.None)));

        Assert.InRange(deleted.Sum(), 0, due); // nobody twice; fewer where the job that looks every few minutes is at it
        await Until.TrueAsync(async () => await CountAsync("SELECT COUNT(*) FROM users WHERE id = $1", person.Id) == 0, "the account went"); // the job that looks every few minutes may be at it
        foreach (var (table, column) in TablesOfPeople()) Assert.True(await CountAsync($"SELECT COUNT(*) FROM {table} WHERE {column} = $1", person.Id) == 0, $"{table} still speaks of the person");
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = $1 AND (address IS NOT NULL OR detail IS NOT NULL)", person.Id));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = $1 AND name = 'AccountDeleted'", person.Id));
        await (await Server.Machine().RefreshAsync(client, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");

        var successor = await TestPerson.AddAsync(Server);
        await Server.ExecuteAsync("UPDATE users SET user_name = $1, normalized_user_name = $2 WHERE id = $3", person.Name, person.Name.ToUpperInvariant(), successor.Id);
        var again = await Server.SignedInAsync(new TestPerson(successor.Id, person.Name));
        Assert.NotEqual(person.Id, successor.Id);
        Assert.Contains("id=\"no-apps\"", await (await again.GetAsync("/account/apps")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public void Every_table_that_names_a_person_is_among_those_that_deletion_empties()
    {
        var known = Deletion.Tables.Select(table => table.Table).ToHashSet();

        Assert.All(TablesOfPeople(), table => Assert.Contains(table.Table, known));
        Assert.True(known.Count >= 13);
    }

    [Fact]
    public async Task Deletion_asks_for_a_fresh_proof_and_for_the_username()
    {
        var person = await TestPerson.AddAsync(Server);
        var browser = await Server.SignedInAsync(person);
        var page = await browser.GetAsync("/account/data/delete");

        var wrong = await browser.SubmitAsync(page, "confirm-delete", ("username", "somebody"));
        Server.Clock.Move(TimeSpan.FromMinutes(11));
        var late = await browser.SubmitAsync(page, "confirm-delete", ("username", person.Name));
        var form = await browser.GetAsync("/account/data/delete");

        Assert.Equal(HttpStatusCode.OK, wrong.StatusCode);
        Assert.Equal("/signin/confirm?return=%2Faccount%2Fdata%2Fdelete", late.Headers.Location!.OriginalString);
        Assert.Equal("/signin/confirm?return=%2Faccount%2Fdata%2Fdelete", form.Headers.Location!.OriginalString);
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM users WHERE id = $1 AND delete_after IS NULL", person.Id));
    }

    [Fact]
    public async Task An_account_whose_day_has_come_is_kept_by_nobody()
    {
        var person = await TestPerson.AddAsync(Server);
        var deletion = Server.Services.GetRequiredService<Deletion>();
        var session = new Session { Id = "s", KeyHash = "", UserId = person.Id };
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        await Server.ExecuteAsync("UPDATE users SET delete_after = $1 WHERE id = $2", Server.Clock.GetUtcNow(), person.Id);
        var late = await deletion.StopAsync(context, session, CancellationToken.None);
        await Server.ExecuteAsync("UPDATE users SET delete_after = $1, is_disabled = $2 WHERE id = $3", Server.Clock.GetUtcNow().AddMinutes(5), true, person.Id); // a node is at it
        var begun = await deletion.StopAsync(context, session, CancellationToken.None);

        Assert.Equal((false, false), (late, begun));
    }

    [Fact]
    public async Task The_only_administrator_cannot_leave()
    {
        var deletion = Server.Services.GetRequiredService<Deletion>();
        var session = new Session { Id = "s", KeyHash = "", UserId = TestData.Bob, AuthTime = Server.Clock.GetUtcNow(), Acr = "mfa" };

        var answer = await deletion.AskAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext(), session, CancellationToken.None);

        Assert.IsType<DeletionResult.LastAdministrator>(answer);
    }

    [Fact]
    public async Task The_export_holds_the_person_and_no_secret()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var browser = await Server.SignedInAsync(person);

        var answer = await browser.SubmitAsync(await browser.GetAsync("/account/data"), "download-data");

        var text = await answer.Content.ReadAsStringAsync();
        var json = System.Text.Json.JsonElement.Parse(text);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(person.Id, json.GetProperty("account").GetProperty("id").GetString());
        Assert.Equal("Phone", json.GetProperty("authenticators")[0].GetProperty("name").GetString());
        Assert.Equal("pwd", json.GetProperty("sessions")[0].GetProperty("amr")[0].GetString());
        foreach (var word in new[] { "password_hash", "secret", "key_hash", "public_key", "security_stamp", "$2b$", "\"hash\"", "payload" }) Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_export_asks_for_a_fresh_proof()
    {
        var browser = await Server.SignedInAsync(await TestPerson.AddAsync(Server));
        Server.Clock.Move(TimeSpan.FromMinutes(11));

        var answer = await browser.SubmitAsync(await browser.GetAsync("/account/data"), "download-data");

        Assert.Equal("/signin/confirm?return=%2Faccount%2Fdata", answer.Headers.Location!.OriginalString);
    }

    private async Task<int> CountAsync(string sql, params object?[] values) => Convert.ToInt32(await Server.ScalarAsync(sql, values), CultureInfo.InvariantCulture);

    private IReadOnlyList<(string Table, string Column)> TablesOfPeople()
    {
        using var context = Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        return [.. context.Model.GetEntityTypes().Where(entity => entity.ClrType != typeof(AuditEvent))
            .SelectMany(entity => entity.GetProperties().Where(property => PersonColumns.Contains(property.Name)).Select(_ => (Microsoft.EntityFrameworkCore.RelationalEntityTypeExtensions.GetTableName(entity)!, "user_id"))).Distinct(), ("users", "id")];
    }
}

/// <inheritdoc />
public sealed class EndingTestsOnSqlite(SqliteServer server) : EndingTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class EndingTestsOnPostgreSql(PostgreSqlServer server) : EndingTests(server), IClassFixture<PostgreSqlServer>;
