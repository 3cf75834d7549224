using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Keys;

/// <summary>A key is published before it signs and after. Faults F-17 and F-19, conformance T5 and D10.</summary>
public sealed class KeyRotationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Fact]
    public async Task A_successor_is_published_for_its_lead_before_it_signs()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var old = node.Ring.Active("ES256").Kid;

        var kid = Assert.Single(await node.Rotation.RotateAsync("ES256", immediately: false, AuditEntry.By("cli"), None));

        Assert.NotNull(node.Ring.Find(kid));
        Assert.Equal(old, node.Ring.Active("ES256").Kid);
        node.Clock.Move(node.Options.Lifetimes.SigningKeyLead - TimeSpan.FromMilliseconds(1));
        Assert.Equal(old, node.Ring.Active("ES256").Kid);
        node.Clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.Equal(kid, node.Ring.Active("ES256").Kid);
    }

    [Fact]
    public async Task The_old_key_stays_published_until_its_last_token_has_expired()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database, settings: o => o with { Lifetimes = o.Lifetimes with { IdToken = TimeSpan.FromHours(3) } });
        var old = node.Ring.Active("ES256").Kid;

        node.Clock.Move(TimeSpan.FromSeconds(1)); // two keys of one moment would be equals
        await node.Rotation.RotateAsync("ES256", immediately: true, AuditEntry.By("cli"), None);

        Assert.NotEqual(old, node.Ring.Active("ES256").Kid);
        Assert.Equal("retired", State(node, old));
        node.Clock.Move(TimeSpan.FromHours(3));
        Assert.NotNull(node.Ring.Find(old));
        node.Clock.Move(node.Options.Lifetimes.ClockSkew);
        Assert.Null(node.Ring.Find(old));
        Assert.Equal("gone", State(node, old));
        Assert.NotNull(node.Ring.FindFormer(old));
    }

    [Fact]
    public async Task A_retired_key_still_verifies_what_it_signed()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var old = node.Ring.Active("RS256");
        var signature = new byte[old.SignatureLength];
        old.Sign("data"u8, signature);
        node.Clock.Move(TimeSpan.FromSeconds(1)); // two keys of one moment would be equals

        await node.Rotation.RotateAsync(null, immediately: true, AuditEntry.By("cli"), None);
        await using var other = await KeysNode.StartAsync(database, node.Clock);

        Assert.True(node.Ring.Find(old.Kid)!.Verify("data"u8, signature));
        Assert.True(other.Ring.Find(old.Kid)!.Verify("data"u8, signature));
        Assert.Throws<InvalidOperationException>(() => other.Ring.Find(old.Kid)!.Sign("data"u8, signature));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_one_node_rotates_another_publishes(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var node = await KeysNode.StartAsync(database);
        await using var other = await KeysNode.StartAsync(database, node.Clock);

        node.Clock.Move(TimeSpan.FromSeconds(1)); // two keys of one moment would be equals
        var kids = await node.Rotation.RotateAsync(null, immediately: true, AuditEntry.By("cli"), None);
        other.Listen();
        node.Clock.Move(KeyRotation.Margin);

        Assert.Equal(kids[0], other.Ring.Active("ES256").Kid);
        Assert.Equal(kids[1], other.Ring.Active("RS256").Kid);
    }

    [Fact]
    public async Task On_PostgreSql_a_key_that_takes_over_at_once_waits_until_every_node_publishes_it()
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        await using var database = await TestDatabase.CreateAsync("PostgreSql");
        await using var node = await KeysNode.StartAsync(database, settings: o => o with { Lifetimes = o.Lifetimes with { SigningKeyLead = TimeSpan.Zero } });
        var old = node.Ring.Active("ES256").Kid;
        node.Clock.Move(TimeSpan.FromSeconds(1)); // two keys of one moment would be equals

        await node.Rotation.RotateAsync("ES256", immediately: true, AuditEntry.By("cli"), None);
        var without = Assert.Single(await node.Rotation.RotateAsync("ES256", immediately: false, AuditEntry.By("cli"), None)); // no lead is configured: the same

        node.Clock.Move(KeyRotation.Margin - TimeSpan.FromMilliseconds(1));
        Assert.Equal(old, node.Ring.Active("ES256").Kid);
        Assert.NotNull(node.Ring.Find(without));
        node.Clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(old, node.Ring.Active("ES256").Kid);
    }

    [Fact]
    public async Task Nobody_ever_sees_a_signature_whose_key_was_not_published_a_lead_before()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database, settings: o => o with
        {
            SigningAlgorithms = ["ES256"],
            Lifetimes = o.Lifetimes with { SigningKey = TimeSpan.FromMinutes(30), SigningKeyLead = TimeSpan.FromMinutes(10) },
        });
        var published = new Dictionary<string, DateTimeOffset>();
        var signed = new HashSet<string>();

        for (var step = 0; step < 240; step++)
        {
            await node.Rotation.RotateDueAsync(None);
            foreach (var key in node.Ring.Keys.Where(key => key.IsPublished)) published.TryAdd(key.Kid, node.Clock.GetUtcNow());
            var kid = node.Ring.Active("ES256").Kid;
            if (signed.Add(kid) && signed.Count > 1) Assert.True(node.Clock.GetUtcNow() - published[kid] >= TimeSpan.FromMinutes(10));
            node.Clock.Move(TimeSpan.FromMinutes(1));
        }

        Assert.InRange(signed.Count, 8, 9);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nodes_that_rotate_on_schedule_at_once_make_one_successor(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new MovableClock();
        await using var node = await KeysNode.StartAsync(database, clock, o => o with { SigningAlgorithms = ["ES256"] });
        await using var other = await KeysNode.StartAsync(database, clock, o => o with { SigningAlgorithms = ["ES256"] });
        clock.Move(node.Options.Lifetimes.SigningKey);

        await Task.WhenAll(Task.Run(() => node.Rotation.RotateDueAsync(None)), Task.Run(() => other.Rotation.RotateDueAsync(None)));
        node.Listen();

        Assert.Equal(2, node.Ring.Keys.Count);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_revoked_key_is_gone_from_the_set_at_once_and_another_signs(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var node = await KeysNode.StartAsync(database);
        await using var other = await KeysNode.StartAsync(database);
        var old = node.Ring.Active("ES256").Kid;

        Assert.True(await node.Rotation.RevokeAsync(old, AuditEntry.By("cli"), None));
        other.Listen();

        foreach (var each in new[] { node, other })
        {
            Assert.Null(each.Ring.Find(old));
            Assert.Null(each.Ring.FindFormer(old));
            Assert.DoesNotContain(old, System.Text.Encoding.UTF8.GetString(each.Ring.View().JwkSet), StringComparison.Ordinal);
            Assert.NotEqual(old, each.Ring.Active("ES256").Kid);
            Assert.Equal("revoked", State(each, old));
        }

        Assert.False(await node.Rotation.RevokeAsync(old, AuditEntry.By("cli"), None));
        Assert.False(await node.Rotation.RevokeAsync("unknown", AuditEntry.By("cli"), None));
    }

    [Fact]
    public async Task Revoking_the_signing_key_never_brings_back_a_retired_one()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var first = node.Ring.Active("ES256").Kid;
        node.Clock.Move(TimeSpan.FromSeconds(1)); // two keys of one moment would be equals
        var second = Assert.Single(await node.Rotation.RotateAsync("ES256", immediately: true, AuditEntry.By("cli"), None));
        node.Clock.Move(TimeSpan.FromMinutes(1));
        Assert.Equal(second, node.Ring.Active("ES256").Kid);

        await node.Rotation.RevokeAsync(second, AuditEntry.By("cli"), None);

        Assert.DoesNotContain(node.Ring.Active("ES256").Kid, new[] { first, second });
    }

    [Fact]
    public async Task Revoking_a_pending_key_leaves_the_signing_one_alone()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var signing = node.Ring.Active("ES256").Kid;
        var pending = Assert.Single(await node.Rotation.RotateAsync("ES256", immediately: false, AuditEntry.By("cli"), None));

        await node.Rotation.RevokeAsync(pending, AuditEntry.By("cli"), None);
        node.Clock.Move(node.Options.Lifetimes.SigningKeyLead * 3);

        Assert.Equal(signing, node.Ring.Active("ES256").Kid);
        Assert.Equal(2, node.Ring.Keys.Count(key => key.Algorithm == "ES256"));
    }

    [Fact]
    public async Task An_algorithm_that_is_not_configured_is_not_rotated()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);

        await Assert.ThrowsAsync<ConfigurationException>(() => node.Rotation.RotateAsync("PS256", immediately: true, AuditEntry.By("cli"), None));
    }

    [Fact]
    public async Task Making_and_revoking_keys_stands_in_the_audit_trail()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var kid = node.Ring.Active("ES256").Kid;

        await node.Rotation.RevokeAsync(kid, AuditEntry.By("ada"), None);

        await using var session = await database.Database.ReadAsync(None);
        var trail = await session.ListAsync("SELECT event_id, actor, detail FROM audit_events ORDER BY sequence", row => $"{row.GetInt64(0)} {row.GetString(1)} {(row.IsDBNull(2) || !row.GetString(2).Contains(kid, StringComparison.Ordinal) ? "" : "kid")}".TrimEnd(), None);
        Assert.Equal(["4001 server", "4002 server kid", "4002 server", "4003 ada kid", "4002 ada"], trail);
    }

    private static string State(KeysNode node, string kid) => node.Ring.Keys.Single(key => key.Kid == kid).State;
}
