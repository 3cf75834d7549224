using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Receivers of security events in configuration files: planned, applied, pruned, exported, seen as drift; their credentials by reference, and told to nobody.</summary>
public abstract class ConfigurationReceiverTests(TestServer server) : AdminSuite(server)
{
    private const string Url = "https://api.example.org/events?token=of-the-receiver";
    private const string Credential = "Bearer the-one-of-the-file";

    [Fact]
    public async Task A_receiver_of_a_file_is_made_changed_and_left_alone()
    {
        var name = Name();
        var created = await ApplyAsync(Receiver(name, Credential));
        var again = await ApplyAsync(Receiver(name, Credential));
        var unnamed = await ApplyAsync(Receiver(name, null));

        var changed = await ApplyAsync(new JsonObject { ["name"] = name, ["url"] = Url, ["audience"] = "https://api.example.org", ["events"] = new JsonArray("session-revoked"), ["enabled"] = false });

        Assert.Equal(("create", "unchanged", "unchanged", "update"), (created.Verb, again.Verb, unnamed.Verb, changed.Verb));
        Assert.Contains(created.Members, member => member is { Name: "credential", IsSecret: true });
        Assert.DoesNotContain("the-one-of-the-file", string.Join('\n', created.Lines()), StringComparison.Ordinal);
        Assert.Equal(["audience", "enabled", "events"], changed.What.Order());
        var receiver = await FindAsync(name);
        Assert.Equal(("https://api.example.org", false), (receiver.Audience, receiver.IsEnabled));
        Assert.Equal(["session-revoked"], receiver.Events);
        Assert.Equal(Credential, EventCredential.Open(Get<MasterKey>(), receiver)); // it stays where the file names none
    }

    [Fact]
    public async Task A_credential_is_replaced_by_another_and_never_goes_along_to_another_address()
    {
        var name = Name();
        await ApplyAsync(Receiver(name, Credential));
        var replaced = await ApplyAsync(Receiver(name, "Bearer another"));
        Assert.Equal("Bearer another", EventCredential.Open(Get<MasterKey>(), await FindAsync(name)));

        var moved = await ApplyAsync(new JsonObject { ["name"] = name, ["url"] = "https://elsewhere.example.org/events" });

        Assert.Equal(["credential"], replaced.What);
        Assert.Equal(["credential", "url"], moved.What.Order()); // the plan says that it goes
        var receiver = await FindAsync(name);
        Assert.Null(receiver.Credential);
        Assert.Equal("https://elsewhere.example.org/events", receiver.Audience);
    }

    [Theory]
    [InlineData("""{ "url": "https://api.example.org/in" }""", "event_receivers[0]: name is missing")]
    [InlineData("""{ "name": "n-1" }""", "event_receivers[0]: url is missing")]
    [InlineData("""{ "name": "n-2", "url": "https://169.254.169.254/latest" }""", "event_receivers[0].url")]
    [InlineData("""{ "name": "n-3", "url": "http://api.example.org/in" }""", "event_receivers[0].url")]
    [InlineData("""{ "name": "n-4", "url": "https://api.example.org/in", "events": ["SignInFailed"] }""", "event_receivers[0].events[0]: there is no event")]
    [InlineData("""{ "name": "n-5", "url": "https://api.example.org/in", "credential": "Bearer ü" }""", "event_receivers[0].credential: it is no Authorization header")]
    [InlineData("""{ "name": "n-6", "url": "https://api.example.org/in", "secret": "x" }""", "event_receivers[0].secret: there is no such member")]
    public async Task SR_01_A_receiver_that_cannot_stand_changes_nothing_and_is_told_by_its_place(string receiver, string reason)
    {
        var file = new ConfigurationFile();

        var refused = await Assert.ThrowsAsync<ConfigurationException>(async () =>
        {
            file.Add("receivers.json", Encoding.UTF8.GetBytes($"{{ \"event_receivers\": [ {receiver} ] }}"));
            await Get<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop);
        });

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, refused.Line);
    }

    [Fact]
    public async Task What_is_exported_applies_again_without_a_change_and_holds_no_credential()
    {
        var name = Name();
        await ApplyAsync(Receiver(name, Credential));

        var exported = await Get<ConfigurationExport>().WriteAsync(Operator.CommandLine, Stop);

        var receiver = Assert.Single(exported["event_receivers"]!.AsArray(), one => (string?)one!["name"] == name)!.AsObject();
        Assert.Equal(["name", "url"], receiver.Select(member => member.Key));
        Assert.False((await ApplyAsync(receiver.DeepClone().AsObject())).IsChange);
    }

    [Fact]
    public async Task Drift_tells_what_somebody_changed_since_and_a_pruned_section_loses_what_it_does_not_name()
    {
        var (name, other) = (Name(), Name());
        await ApplyAsync(Receiver(other, null));
        await ApplyAsync(Receiver(name, Credential), isRemembered: true);
        Assert.DoesNotContain((await Get<Drift>().LookAsync(Operator.CommandLine, Stop))!.Changes, change => change.Name == name);

        await Get<EventReceivers>().ChangeAsync(Operator.CommandLine, (await FindAsync(name)).Id, new EventReceiverInput { Credential = "Bearer by-hand" }, null, Stop);

        var report = await Get<Drift>().LookAsync(Operator.CommandLine, Stop);
        Assert.Equal(["credential"], Assert.Single(report!.Changes, change => change.Name == name).What);
        Assert.DoesNotContain("by-hand", report.Changes.SelectMany(change => change.Lines()), StringComparer.Ordinal);
        var reader = new Operator { Id = "reader", Kind = OperatorKind.Person, Patterns = ["view:system", "view:audit", "view:clients", "view:roles"] };
        Assert.DoesNotContain((await Get<Drift>().LookAsync(reader, Stop))!.Changes, change => change.Kind == "event_receiver"); // its address holds the receiver's token
        var file = new ConfigurationFile();
        file.Add("receivers.json", Encoding.UTF8.GetBytes(new JsonObject { ["event_receivers"] = new JsonArray(Receiver(name, Credential)) }.ToJsonString()));
        file.Prune(["event_receivers"]);
        await Get<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop);
        Assert.Equal([name], (await Get<EventReceivers>().ListAsync(Operator.CommandLine, Stop)).Select(one => one.Name));
    }

    [Fact]
    public async Task AD_03_receivers_are_applied_planned_and_seen_whole_by_who_manages_the_system_and_reads_the_trail()
    {
        var name = Name();
        var (owner, reader) = (await AdminAsync("owner"), await AdminAsync("reader"));
        var blind = await AdminAsync(await RoleAsync("manage:system", "view:system"));
        var file = new { event_receivers = new[] { new { name, url = Url, credential = Credential } } };

        await RefusedAsync("POST", "/configuration", blind.Token, file);
        await RefusedAsync("POST", "/configuration/plan", blind.Token, file);
        await RefusedAsync("POST", "/configuration/plan", reader.Token, file);
        await AskAsync("POST", "/configuration", owner.Token, file);

        var seen = (await AskAsync("GET", "/configuration", owner.Token)).GetRawText();
        Assert.Contains("of-the-receiver", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("the-one-of-the-file", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-receiver", (await AskAsync("GET", "/configuration", reader.Token)).GetRawText(), StringComparison.Ordinal); // AD-07
    }

    [Fact]
    public async Task What_comes_over_the_network_has_no_reference_followed()
    {
        var owner = await AdminAsync("owner");
        var body = await AskAsync("POST", "/configuration", owner.Token, new { event_receivers = new[] { new { name = Name(), url = Url, credential = "env:PATH" } } }, HttpStatusCode.BadRequest);

        Assert.Contains("env: and file:", body.GetRawText(), StringComparison.Ordinal);
    }

    private static string Name() => $"receiver-{Guid.NewGuid():N}";

    private static JsonObject Receiver(string name, string? credential)
    {
        var receiver = new JsonObject { ["name"] = name, ["url"] = Url };
        if (credential is not null) receiver["credential"] = credential;
        return receiver;
    }

    private async Task<EventReceiver> FindAsync(string name) => Assert.Single(await Get<EventReceivers>().ListAsync(Operator.CommandLine, Stop), one => one.Name == name);

    private async Task<Change> ApplyAsync(JsonObject receiver, bool isRemembered = false)
    {
        var file = new ConfigurationFile { IsRemembered = isRemembered };
        file.Add("receivers.json", Encoding.UTF8.GetBytes(new JsonObject { ["event_receivers"] = new JsonArray(receiver) }.ToJsonString()));
        return Assert.Single(await Get<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop));
    }
}

/// <summary>On SQLite.</summary>
public sealed class ConfigurationReceiverTestsOnSqlite(SqliteServer server) : ConfigurationReceiverTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ConfigurationReceiverTestsOnPostgreSql(PostgreSqlServer server) : ConfigurationReceiverTests(server), IClassFixture<PostgreSqlServer>;
