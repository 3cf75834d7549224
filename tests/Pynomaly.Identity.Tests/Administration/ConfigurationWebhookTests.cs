using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Webhooks in configuration files: planned, applied, exported, seen as drift; their secrets by reference, and told to nobody.</summary>
public abstract class ConfigurationWebhookTests(TestServer server) : AdminSuite(server)
{
    private const string Url = "https://siem.example.org/in?token=of-the-receiver";

    [Fact]
    public async Task A_webhook_of_a_file_is_made_changed_and_left_alone()
    {
        var (name, secret) = Make();
        var created = await ApplyAsync(Hook(name, secret));
        var again = await ApplyAsync(Hook(name, secret));
        var before = await StoredAsync(name);

        var changed = await ApplyAsync(new JsonObject { ["name"] = name, ["url"] = "https://siem.example.org/other", ["events"] = new JsonArray("SignInFailed"), ["enabled"] = false });

        Assert.Equal(("create", "unchanged", "update"), (created.Verb, again.Verb, changed.Verb));
        Assert.Contains(created.Members, member => member is { Name: "secret", IsSecret: true });
        Assert.DoesNotContain(secret, string.Join('\n', created.Lines()), StringComparison.Ordinal);
        Assert.Equal(["enabled", "events", "url"], changed.What.Order());
        var hook = Assert.Single(await Get<Webhooks>().ListAsync(Operator.CommandLine, Stop), one => one.Name == name);
        Assert.Equal(("https://siem.example.org/other", false), (hook.Url, hook.IsEnabled));
        Assert.Equal(["SignInFailed"], hook.Events);
        Assert.Equal(before, await StoredAsync(name)); // the secret stays where the file names none
    }

    [Fact]
    public async Task Another_secret_signs_from_then_on_and_the_one_before_beside_it_for_a_day()
    {
        var (name, secret) = Make();
        await ApplyAsync(Hook(name, secret));
        var other = Make().Secret;

        var changed = await ApplyAsync(Hook(name, other));

        Assert.Equal(["secret"], changed.What);
        var hook = Assert.Single(await Get<Webhooks>().ListAsync(Operator.CommandLine, Stop), one => one.Name == name);
        var now = Server.Clock.GetUtcNow();
        var signed = WebhookSecret.Read(Get<MasterKey>(), hook.Id, hook.Secret).Sign("m", now, "{}"u8);
        Assert.Equal($"{WebhookSecret.Parse(other)!.Sign("m", now, "{}"u8)} {WebhookSecret.Parse(secret)!.Sign("m", now, "{}"u8)}", signed);
        Assert.Equal(WebhookSecret.Parse(other)!.Sign("m", now.AddDays(2), "{}"u8), WebhookSecret.Read(Get<MasterKey>(), hook.Id, hook.Secret).Sign("m", now.AddDays(2), "{}"u8));
    }

    [Theory]
    [InlineData("""{ "url": "https://siem.example.org/in" }""", "webhooks[0]: name is missing")]
    [InlineData("""{ "name": "n-1" }""", "webhooks[0]: url is missing")]
    [InlineData("""{ "name": "n-2", "url": "https://siem.example.org/in" }""", "secret is missing")]
    [InlineData("""{ "name": "n-3", "url": "https://siem.example.org/in", "secret": "hunter2" }""", "webhooks[0].secret: it is no key")]
    [InlineData("""{ "name": "n-4", "url": "https://siem.example.org/in", "secret": "whsec_c2hvcnQ=" }""", "webhooks[0].secret: it is no key")]
    [InlineData("""{ "name": "n-5", "url": "https://169.254.169.254/latest", "secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" }""", "webhooks[0].url")]
    [InlineData("""{ "name": "n-6", "url": "http://siem.example.org/in", "secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" }""", "webhooks[0].url")]
    [InlineData("""{ "name": "n-7", "url": "https://siem.example.org/in", "events": ["Nothing"], "secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" }""", "webhooks[0].events[0]: there is no event")]
    [InlineData("""{ "name": "n-8", "url": "https://siem.example.org/in", "secrets": "x" }""", "webhooks[0].secrets: there is no such member")]
    public async Task SR_01_A_webhook_that_cannot_stand_changes_nothing_and_is_told_by_its_place(string hook, string reason)
    {
        var file = new ConfigurationFile();

        var refused = await Assert.ThrowsAsync<ConfigurationException>(async () =>
        {
            file.Add("hooks.json", Encoding.UTF8.GetBytes($"{{ \"webhooks\": [ {hook} ] }}"));
            await Get<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop);
        });

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, refused.Line);
    }

    [Fact]
    public async Task What_is_exported_applies_again_without_a_change_and_holds_no_secret()
    {
        var (name, secret) = Make();
        await ApplyAsync(Hook(name, secret));

        var exported = await Get<ConfigurationExport>().WriteAsync(Operator.CommandLine, Stop);

        var hook = Assert.Single(exported["webhooks"]!.AsArray(), one => (string?)one!["name"] == name)!.AsObject();
        Assert.Equal(["name", "url"], hook.Select(member => member.Key));
        Assert.False((await ApplyAsync(hook.DeepClone().AsObject())).IsChange);
    }

    [Fact]
    public async Task Drift_tells_what_somebody_changed_since_and_that_the_secret_is_another()
    {
        var (name, secret) = Make();
        await ApplyAsync(Hook(name, secret), isRemembered: true);
        Assert.DoesNotContain((await Get<Drift>().LookAsync(Operator.CommandLine, Stop))!.Changes, change => change.Name == name);
        var hook = Assert.Single(await Get<Webhooks>().ListAsync(Operator.CommandLine, Stop), one => one.Name == name);

        await Get<Webhooks>().ChangeAsync(Operator.CommandLine, hook.Id, new WebhookInput { Url = "https://elsewhere.example.org/" }, null, Stop);
        await Get<Webhooks>().RotateSecretAsync(Operator.CommandLine, hook.Id, null, Stop);

        var report = await Get<Drift>().LookAsync(Operator.CommandLine, Stop);
        Assert.Contains("url", Assert.Single(report!.Changes, change => change.Name == name).What);
        var reader = new Operator { Id = "reader", Kind = OperatorKind.Person, Patterns = ["view:system", "view:audit", "view:clients", "view:roles"] };
        var seen = await Get<Drift>().LookAsync(reader, Stop);
        Assert.DoesNotContain(seen!.Changes, change => change.Kind == "webhook"); // its address holds the receiver's token
        Assert.Equal((false, true), (report.IsPartial, seen.IsPartial));
        Assert.True((await AskAsync("GET", "/configuration/drift", (await AdminAsync("reader")).Token)).GetProperty("partial").GetBoolean());
    }

    [Fact]
    public async Task AD_03_webhooks_are_applied_planned_and_seen_whole_by_who_manages_the_system_and_reads_the_trail()
    {
        var (name, secret) = Make();
        var (owner, reader) = (await AdminAsync("owner"), await AdminAsync("reader"));
        var blind = await AdminAsync(await RoleAsync("manage:system", "view:system"));
        var file = new { webhooks = new[] { new { name, url = Url, secret } } };

        await RefusedAsync("POST", "/configuration", blind.Token, file);
        await RefusedAsync("POST", "/configuration/plan", blind.Token, file);
        await RefusedAsync("POST", "/configuration/plan", reader.Token, file);
        await AskAsync("POST", "/configuration", owner.Token, file);

        Assert.Contains("of-the-receiver", (await AskAsync("GET", "/configuration", owner.Token)).GetRawText(), StringComparison.Ordinal);
        Assert.Contains("of-the-receiver", (await AskAsync("GET", "/webhooks", owner.Token)).GetRawText(), StringComparison.Ordinal);
        foreach (var path in (string[])["/webhooks", "/configuration", $"/webhooks/{await IdAsync(name)}"])
            Assert.DoesNotContain("of-the-receiver", (await AskAsync("GET", path, reader.Token)).GetRawText(), StringComparison.Ordinal); // AD-07
        Assert.DoesNotContain(secret, (await AskAsync("GET", "/configuration", owner.Token)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_over_the_network_has_no_reference_followed()
    {
        var owner = await AdminAsync("owner");
        var body = await AskAsync("POST", "/configuration", owner.Token, new { webhooks = new[] { new { name = Make().Name, url = Url, secret = "env:PATH" } } }, HttpStatusCode.BadRequest);

        Assert.Contains("env: and file:", body.GetRawText(), StringComparison.Ordinal);
    }

    private static (string Name, string Secret) Make() => ($"hook-{Guid.NewGuid():N}", WebhookSecret.Create().Text);

    private static JsonObject Hook(string name, string secret) => new() { ["name"] = name, ["url"] = Url, ["secret"] = secret };

    private async Task<Change> ApplyAsync(JsonObject hook, bool isRemembered = false)
    {
        var file = new ConfigurationFile { IsRemembered = isRemembered };
        file.Add("hooks.json", Encoding.UTF8.GetBytes(new JsonObject { ["webhooks"] = new JsonArray(hook) }.ToJsonString()));
        return Assert.Single(await Get<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop));
    }

    private async Task<string> StoredAsync(string name) => (string)(await Server.ScalarAsync("SELECT secret FROM webhooks WHERE name = $1", name))!;

    private async Task<string> IdAsync(string name) => (string)(await Server.ScalarAsync("SELECT id FROM webhooks WHERE name = $1", name))!;
}

/// <summary>On SQLite.</summary>
public sealed class ConfigurationWebhookTestsOnSqlite(SqliteServer server) : ConfigurationWebhookTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ConfigurationWebhookTestsOnPostgreSql(PostgreSqlServer server) : ConfigurationWebhookTests(server), IClassFixture<PostgreSqlServer>;
