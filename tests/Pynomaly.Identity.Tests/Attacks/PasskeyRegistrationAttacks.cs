using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Registrations of credentials that are not the person's, not the server's to verify, or not well-formed (cases WA-01 to WA-18 at adding a passkey).</summary>
public abstract class PasskeyRegistrationAttacks(TestServer server) : PasskeySuite(server)
{
    [Fact]
    public async Task WA_01_One_registration_is_added_once_of_fifty_at_the_same_time()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddPersonAsync();
        await SignInByPasswordAsync(browser, person);
        var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);
        var credential = authenticator.Create(options);

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => EndAddingAsync(browser, person, handle, credential)));

        Assert.Single(results.OfType<PasskeyResult.Added>());
        Assert.Single(await Passkeys.ListAsync(person, CancellationToken.None));
    }

    [Theory]
    [InlineData("type")]
    [InlineData("bom")]
    [InlineData("twice")]
    [InlineData("trailing")]
    [InlineData("challenge")]
    public async Task WA_03_Client_data_of_another_ceremony_or_of_two_readings_is_refused(string how) => await AssertRefusedAsync(authenticator =>
    {
        switch (how)
        {
            case "type": authenticator.OnClientData = data => data["type"] = "webauthn.get"; break;
            case "challenge": authenticator.OnClientData = data => data["challenge"] = "AAAA"; break;
            case "bom": authenticator.OnClientDataBytes = bytes => [0xEF, 0xBB, 0xBF, .. bytes]; break;
            case "twice": authenticator.OnClientDataBytes = bytes => [.. bytes[..^1], .. ",\"type\":\"webauthn.create\"}"u8]; break;
            default: authenticator.OnClientDataBytes = bytes => [.. bytes, (byte)'x']; break;
        }
    });

    [Fact]
    public async Task WA_05_WA_06_WA_07_Origin_relying_party_and_person_are_checked_at_registration_too()
    {
        await AssertRefusedAsync(authenticator => authenticator.Origin = "https://id.test.evil");
        await AssertRefusedAsync(authenticator => authenticator.OnClientData = data => data["crossOrigin"] = true);
        await AssertRefusedAsync(authenticator => authenticator.RelyingParty = "evil.test");
        await AssertRefusedAsync(authenticator => authenticator.Flags = SoftAuthenticator.UserPresent);
        await AssertRefusedAsync(authenticator => authenticator.Flags = SoftAuthenticator.UserVerified);
        await AssertRefusedAsync(authenticator => authenticator.Flags |= SoftAuthenticator.BackedUp); // WA-15
    }

    [Fact]
    public async Task WA_11_A_credential_id_that_any_account_has_is_refused()
    {
        using var first = new SoftAuthenticator();
        await AddHolderAsync(first);

        await AssertRefusedAsync(authenticator => authenticator.Id = first.Id, "known");
    }

    [Fact]
    public async Task WA_11_One_credential_id_for_two_accounts_at_once_becomes_one_accounts()
    {
        var id = RandomNumberGenerator.GetBytes(32);
        var people = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AddPersonAsync()));
        List<Func<Task<PasskeyResult>>> adding = [];
        foreach (var person in people)
        {
            using var authenticator = new SoftAuthenticator { Id = id };
            var browser = Server.Browser();
            await SignInByPasswordAsync(browser, person);
            var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);
            var credential = authenticator.Create(options);
            adding.Add(() => EndAddingAsync(browser, person, handle, credential));
        }

        var results = await Task.WhenAll(adding.Select(add => add()));

        Assert.Single(results.OfType<PasskeyResult.Added>());
        Assert.All(results.OfType<PasskeyResult.Refused>(), refused => Assert.Equal("known", refused.Reason));
    }

    [Theory]
    [InlineData(1023, true)]
    [InlineData(1024, false)]
    [InlineData(0, false)]
    public async Task WA_11_A_credential_id_has_at_most_1023_bytes(int length, bool isAdded)
    {
        using var authenticator = new SoftAuthenticator { Id = RandomNumberGenerator.GetBytes(length) };
        using var browser = Server.Browser();
        var person = await AddPersonAsync();
        await SignInByPasswordAsync(browser, person);

        Assert.Equal(isAdded, await AddAsync(browser, person, authenticator) is PasskeyResult.Added);
    }

    [Fact]
    public async Task WA_12_A_ceremony_begun_for_one_person_adds_nothing_to_another()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var (person, other) = (await AddPersonAsync(), await AddPersonAsync());
        await SignInByPasswordAsync(browser, person);
        var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);

        var result = await EndAddingAsync(browser, other, handle, authenticator.Create(options));

        Assert.Equal("expired", Assert.IsType<PasskeyResult.Refused>(result).Reason);
        Assert.Empty(await Passkeys.ListAsync(other, CancellationToken.None));
    }

    [Fact]
    public async Task WA_12_A_ceremony_of_one_browser_ends_in_no_other()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        using var other = Server.Browser();
        var person = await AddPersonAsync();
        await SignInByPasswordAsync(browser, person);
        await BeginAsync(other);
        var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);

        var result = await EndAddingAsync(other, person, handle, authenticator.Create(options));

        Assert.Equal("expired", Assert.IsType<PasskeyResult.Refused>(result).Reason);
    }

    [Fact]
    public async Task WA_12_Without_a_fresh_sign_in_no_passkey_is_begun()
    {
        using var stranger = Server.Browser();
        using var browser = Server.Browser();
        await SignInByPasswordAsync(browser, await AddPersonAsync());
        var token = ("__RequestVerificationToken", await TokenAsync(browser));
        Server.Clock.Move(TimeSpan.FromMinutes(11));

        var stale = await browser.PostAsync(Paths.PasskeyAddOptions, token);
        var nobody = await stranger.PostAsync(Paths.PasskeyAddOptions, ("__RequestVerificationToken", await TokenAsync(stranger)));
        var step = await stranger.PostAsync(Paths.PasskeyEnrolOptions, ("__RequestVerificationToken", await TokenAsync(stranger)), ("step", new string('A', 43)));

        Assert.Equal(HttpStatusCode.Unauthorized, stale.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, step.StatusCode);
    }

    [Fact]
    public async Task WA_12_Who_has_a_factor_gives_it_before_another_is_added()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddPersonAsync();
        await SignInByPasswordAsync(browser, person);
        await AddAsync(browser, person, authenticator);

        var byPassword = await browser.PostAsync(Paths.PasskeyAddOptions, ("__RequestVerificationToken", await TokenAsync(browser)));
        await SignInAsync(browser, authenticator, ("confirm", "true"));
        var byPasskey = await browser.PostAsync(Paths.PasskeyAddOptions, ("__RequestVerificationToken", await TokenAsync(browser)));

        Assert.Equal(HttpStatusCode.Unauthorized, byPassword.StatusCode);
        Assert.Equal(HttpStatusCode.OK, byPasskey.StatusCode);
    }

    [Theory]
    [InlineData("RS1")]
    [InlineData("EdDSA")]
    [InlineData("ES256K")]
    [InlineData("key-of-another-algorithm")]
    [InlineData("off-the-curve")]
    [InlineData("another-curve")]
    [InlineData("point-at-infinity")]
    [InlineData("rsa-1024")]
    public async Task WA_13_A_key_that_was_not_asked_for_is_refused_by_the_server(string how) => await AssertRefusedAsync(authenticator => authenticator.OnPublicKey = key =>
    {
        var zeros = new byte[32];
        return how switch
        {
            "RS1" => SoftAuthenticator.Cose(3, -65535, (-1, RandomNumberGenerator.GetBytes(256)), (-2, new byte[] { 1, 0, 1 })),
            "EdDSA" => SoftAuthenticator.Cose(1, -8, (-1, 6), (-2, RandomNumberGenerator.GetBytes(32))),
            "ES256K" => SoftAuthenticator.Cose(2, -47, (-1, 8), (-2, zeros), (-3, zeros)),
            "key-of-another-algorithm" => SoftAuthenticator.Cose(2, -257, (-1, 1), (-2, key[10..42]), (-3, key[45..77])),
            "off-the-curve" => [.. key[..^1], (byte)(key[^1] ^ 1)],
            "another-curve" => SoftAuthenticator.Cose(2, -7, (-1, 2), (-2, key[10..42]), (-3, key[45..77])),
            "point-at-infinity" => SoftAuthenticator.Cose(2, -7, (-1, 1), (-2, zeros), (-3, zeros)),
            _ => SoftAuthenticator.Cose(3, -257, (-1, RandomNumberGenerator.GetBytes(128)), (-2, new byte[] { 1, 0, 1 })),
        };
    });

    [Theory]
    [InlineData("deep")]
    [InlineData("indefinite")]
    [InlineData("trailing")]
    [InlineData("twice")]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("giant-length")]
    [InlineData("extra-member")]
    [InlineData("large")]
    public async Task WA_14_CBOR_that_is_a_trap_is_refused(string how)
    {
        await AssertRefusedAsync(authenticator => authenticator.OnAttestation = honest => how switch
        {
            "deep" => [0xA3, 0x63, (byte)'f', (byte)'m', (byte)'t', .. Enumerable.Repeat((byte)0x81, 1000), 0xF6],
            "indefinite" => [0xBF, .. honest[1..], 0xFF],
            "trailing" => [.. honest, 0x00],
            "twice" => [0xA4, .. honest[1..], 0x63, (byte)'f', (byte)'m', (byte)'t', 0x64, (byte)'n', (byte)'o', (byte)'n', (byte)'e'],
            "truncated" => honest[..^7],
            "empty" => [],
            "giant-length" => [0xBB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            "extra-member" => [0xA4, .. honest[1..], 0x69, .. "extraData"u8, 0xF6],
            _ => new byte[46_000],
        });
    }

    [Fact]
    public async Task WA_14_Ten_megabytes_are_refused_before_they_are_read()
    {
        using var browser = Server.Browser();
        var token = await TokenAsync(browser);

        var response = await browser.PostAsync(Paths.PasskeySignIn, ("__RequestVerificationToken", token), ("handle", "x"), ("credential", new string('A', 10_000_000)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task WA_17_The_outer_objects_words_do_not_count_at_registration()
    {
        await AssertRefusedAsync(authenticator => authenticator.OnAnswer = answer => answer["rawId"] = "AAAA");
        await AssertRefusedAsync(authenticator => authenticator.OnAnswer = answer => (answer["id"], answer["rawId"]) = ("AAAA", "AAAA"));
        await AssertRefusedAsync(authenticator => authenticator.OnAnswer = answer => answer["type"] = "public-key ");
        await AssertRefusedAsync(authenticator => authenticator.OnAnswer = answer => answer["response"] = new JsonArray());
    }

    [Fact]
    public async Task At_most_twenty_passkeys_are_one_persons()
    {
        using var first = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(first);
        await SignInAsync(browser, first);
        for (var i = 1; i < Passkeys.Most; i++)
        {
            using var authenticator = new SoftAuthenticator();
            Assert.IsType<PasskeyResult.Added>(await AddAsync(browser, person, authenticator));
        }

        using var last = new SoftAuthenticator();
        var result = await AddAsync(browser, person, last);

        Assert.Equal("full", Assert.IsType<PasskeyResult.Refused>(result).Reason);
    }

    private async Task AssertRefusedAsync(Action<SoftAuthenticator> bend, string reason = "invalid")
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddPersonAsync();
        await SignInByPasswordAsync(browser, person);
        bend(authenticator);
        var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);
        var credential = authenticator.Create(options);

        var result = await EndAddingAsync(browser, person, handle, credential);

        Assert.Equal(reason, Assert.IsType<PasskeyResult.Refused>(result).Reason);
        Assert.Empty(await Passkeys.ListAsync(person, CancellationToken.None));
    }
}

public sealed class PasskeyRegistrationAttacksOnSqlite(SqliteServer server) : PasskeyRegistrationAttacks(server), IClassFixture<SqliteServer>;

public sealed class PasskeyRegistrationAttacksOnPostgreSql(PostgreSqlServer server) : PasskeyRegistrationAttacks(server), IClassFixture<PostgreSqlServer>;
