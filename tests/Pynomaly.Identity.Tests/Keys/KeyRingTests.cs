using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Keys;

/// <summary>Who signs, who is published, and what a start makes of damaged rows. Faults F-15 and F-16.</summary>
public sealed class KeyRingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task Each_algorithm_signs_and_its_published_key_verifies(string algorithm)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database, settings: o => o with { SigningAlgorithms = ["ES256", algorithm] });
        var key = node.Ring.Active(algorithm);
        var signature = new byte[key.SignatureLength];
        key.Sign("data"u8, signature);

        using var set = JsonDocument.Parse(node.Ring.View().JwkSet);
        var jwk = set.RootElement.GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("kid").GetString() == key.Kid);

        Assert.Equal(algorithm, key.Algorithm);
        Assert.Equal(algorithm, jwk.GetProperty("alg").GetString());
        Assert.True(VerifyByJwk(jwk, algorithm, signature));
        Assert.True(key.Verify("data"u8, signature));
        Assert.False(key.Verify("other"u8, signature));
        Assert.False(key.Verify("data"u8, signature.AsSpan(1)));
        Assert.False(key.Verify("data"u8, new byte[key.SignatureLength]));
        Assert.False(key.Verify("data"u8, []));
    }

    [Fact]
    public async Task The_kid_is_the_thumbprint_of_RFC_7638()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        using var set = JsonDocument.Parse(node.Ring.View().JwkSet);

        foreach (var jwk in set.RootElement.GetProperty("keys").EnumerateArray())
        {
            string[] required = jwk.GetProperty("kty").GetString() == "EC" ? ["crv", "kty", "x", "y"] : ["e", "kty", "n"];
            var canonical = "{" + string.Join(',', required.Select(name => $"\"{name}\":\"{jwk.GetProperty(name).GetString()}\"")) + "}";
            Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))), jwk.GetProperty("kid").GetString());
        }
    }

    [Fact]
    public void The_example_of_RFC_7638_has_its_thumbprint() =>
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", KeyAlgorithm.Thumbprint(
            "\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\""));

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nodes_that_start_at_once_share_one_key_an_algorithm(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using (var first = new KeysNode(database)) await first.Master.PrepareAsync(None);

        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => KeysNode.StartAsync(database))));

        Assert.All(nodes, node => Assert.Equal(nodes[0].Ring.Active("ES256").Kid, node.Ring.Active("ES256").Kid));
        Assert.All(nodes, node => Assert.Equal(2, node.Ring.Keys.Count));
        foreach (var node in nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task The_first_configured_algorithm_is_the_default()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database, settings: o => o with { SigningAlgorithms = ["RS256", "ES256"] });

        Assert.Equal(["RS256", "ES256"], node.Ring.AlgorithmsInUse);
    }

    [Fact]
    public async Task An_algorithm_taken_out_of_the_configuration_is_no_longer_offered_but_its_key_stays_published()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        string kid;
        await using (var before = await KeysNode.StartAsync(database)) kid = before.Ring.Active("RS256").Kid;

        await using var node = await KeysNode.StartAsync(database, settings: o => o with { SigningAlgorithms = ["ES256"] });

        Assert.Equal(["ES256"], node.Ring.AlgorithmsInUse);
        Assert.NotNull(node.Ring.Find(kid));
    }

    [Theory]
    [InlineData("UPDATE signing_keys SET secret = X'00' WHERE algorithm = 'ES256'")]
    [InlineData("UPDATE signing_keys SET secret = (SELECT secret FROM signing_keys k WHERE k.algorithm = 'RS256') WHERE algorithm = 'ES256'")]
    public async Task A_damaged_signing_key_stops_the_start_by_name(string damage)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        string kid;
        await using (var before = await KeysNode.StartAsync(database)) kid = before.Ring.Active("ES256").Kid;
        await database.ExecuteAsync(damage);
        await using var node = new KeysNode(database);

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => node.Ring.PrepareAsync(None));

        Assert.Contains(kid, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"keys revoke {kid}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_remedy_for_a_damaged_signing_key_works()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        string kid;
        await using (var before = await KeysNode.StartAsync(database)) kid = before.Ring.Active("ES256").Kid;
        await database.ExecuteAsync("UPDATE signing_keys SET secret = X'00' WHERE algorithm = 'ES256'");

        await using (var command = new KeysNode(database)) Assert.True(await command.Rotation.RevokeAsync(kid, AuditEntry.By("test"), None));

        await using var node = await KeysNode.StartAsync(database);
        Assert.NotEqual(kid, node.Ring.Active("ES256").Kid);
        Assert.True(MasterKeyTests.Signs(node, "ES256"));
    }

    [Fact]
    public async Task A_key_damaged_while_the_server_runs_still_signs_from_memory()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);

        await database.ExecuteAsync("UPDATE signing_keys SET secret = X'00'; UPDATE server_state SET number = number + 1 WHERE name = 'changes'");
        node.Listen();

        Assert.True(MasterKeyTests.Signs(node, "ES256"));
    }

    [Fact]
    public async Task A_successor_that_cannot_be_opened_leaves_the_signing_to_the_key_before()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var kid = node.Ring.Active("ES256").Kid;

        await database.ExecuteAsync($"INSERT INTO signing_keys SELECT 'strange', algorithm, public_jwk, X'00', created + 1, activates + 1, NULL FROM signing_keys WHERE id = '{kid}'; UPDATE server_state SET number = number + 1 WHERE name = 'changes'");
        node.Clock.Move(TimeSpan.FromMinutes(1));
        node.Listen();

        Assert.Equal(kid, node.Ring.Active("ES256").Kid);
    }

    [Theory]
    [InlineData(-24 * 60)]
    [InlineData(-10)]
    [InlineData(24 * 60)]
    public async Task A_clock_that_jumps_leaves_a_key_to_sign_with(int minutes)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);

        node.Clock.Move(TimeSpan.FromMinutes(minutes));

        Assert.True(MasterKeyTests.Signs(node, "ES256"));
        Assert.True(MasterKeyTests.Signs(node, "RS256"));
    }

    [Theory]
    [InlineData("10.0.6", false)]
    [InlineData("10.0.0+5b1f7a2", false)]
    [InlineData("10.0.7", true)]
    [InlineData("10.0.12+5b1f7a2", true)]
    [InlineData("11.0.0-preview.1", true)]
    public void A_runtime_whose_data_protection_can_be_deceived_is_refused(string version, bool good)
    {
        var refusal = Record.Exception(() => KeyRing.RequireRuntime(version));

        Assert.Equal(good, refusal is null);
        Assert.True(good || refusal is ConfigurationException);
    }

    private static bool VerifyByJwk(JsonElement jwk, string algorithm, byte[] signature)
    {
        byte[] Number(string name) => Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());
        if (algorithm == "ES256")
        {
            using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Number("x"), Y = Number("y") } });
            return ec.VerifyData("data"u8, signature, HashAlgorithmName.SHA256);
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = Number("n"), Exponent = Number("e") });
        Assert.Equal(3072, rsa.KeySize);
        return rsa.VerifyData("data"u8, signature, HashAlgorithmName.SHA256, algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }
}
