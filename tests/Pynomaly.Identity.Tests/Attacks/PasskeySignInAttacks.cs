using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Assertions that were bent or made elsewhere (cases WA-03 to WA-17 at the sign-in).</summary>
public abstract class PasskeySignInAttacks(TestServer server) : PasskeySuite(server)
{
    /// <summary>Origins that are not ours, however near they look.</summary>
    public static TheoryData<string?> ForeignOrigins =>
    [
        "http://id.test", "https://id.test:8443", "https://sub.id.test", "https://test", "https://id.test.evil", "https://ID.TEST", "https://id.test/", "https://id.test.", "null", "", (string?)null,
        "android:apk-key-hash:AAAA",
    ];

    /// <summary>Client data that could be read in two ways, or is none.</summary>
    public static TheoryData<string> StrangeClientData => ["bom", "twice", "twice-nested", "trailing", "trailing-object", "array", "latin1", "empty", "challenge-missing", "type-missing", "crossOrigin-text"];

    [Fact]
    public async Task WA_03_An_assertion_whose_client_data_is_of_a_registration_is_refused() =>
        await AssertBentAsync(authenticator => authenticator.OnClientData = data => data["type"] = "webauthn.create");

    [Fact]
    public async Task WA_03_A_challenge_of_another_ceremony_is_refused() =>
        await AssertBentAsync(authenticator => authenticator.OnClientData = data => data["challenge"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    [Theory]
    [MemberData(nameof(StrangeClientData))]
    public async Task WA_03_Client_data_that_can_be_read_in_two_ways_is_refused(string how) => await AssertBentAsync(authenticator =>
    {
        switch (how)
        {
            case "challenge-missing": authenticator.OnClientData = data => data.Remove("challenge"); break;
            case "type-missing": authenticator.OnClientData = data => data.Remove("type"); break;
            case "crossOrigin-text": authenticator.OnClientData = data => data["crossOrigin"] = "true"; break;
            default:
                authenticator.OnClientDataBytes = bytes => how switch
                {
                    "bom" => [0xEF, 0xBB, 0xBF, .. bytes],
                    "twice" => [.. bytes[..^1], .. ",\"origin\":\"https://id.test\"}"u8],
                    "twice-nested" => [.. bytes[..^1], .. ",\"more\":{\"a\":1,\"a\":2}}"u8],
                    "trailing" => [.. bytes, 0],
                    "trailing-object" => [.. bytes, .. "{}"u8],
                    "array" => [(byte)'[', .. bytes, (byte)']'],
                    "latin1" => [.. bytes[..^1], .. ",\"more\":\""u8, 0xE9, .. "\"}"u8],
                    _ => [],
                };
                break;
        }
    });

    [Fact]
    public async Task WA_03_Unknown_members_are_accepted()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        await AddHolderAsync(authenticator);
        authenticator.OnClientData = data => data["other_keys_can_be_added_here"] = "do not compare clientDataJSON against a template";
        authenticator.OnAnswer = answer => answer["more"] = new JsonArray(1, 2);

        await AssertSignedInAsync(browser, await SignInAsync(browser, authenticator));
    }

    [Theory]
    [MemberData(nameof(ForeignOrigins))]
    public async Task WA_05_An_origin_that_is_not_configured_is_refused(string? origin) => await AssertBentAsync(authenticator => authenticator.OnClientData = data => data["origin"] = origin);

    [Fact]
    public async Task WA_05_An_origin_in_another_spelling_of_its_name_is_not_read() => await AssertBentAsync(authenticator => authenticator.OnClientData = data =>
    {
        data["origin"] = "https://evil.test";
        data["ORIGIN"] = TestServer.Issuer;
    });

    [Fact]
    public async Task WA_05_A_frame_of_another_site_is_refused()
    {
        await AssertBentAsync(authenticator => authenticator.OnClientData = data => data["crossOrigin"] = true);
        await AssertBentAsync(authenticator => authenticator.OnClientData = data => data["topOrigin"] = "https://evil.test");
        await AssertBentAsync(authenticator => authenticator.OnClientData = data => data["topOrigin"] = TestServer.Issuer);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("sub.id.test")]
    [InlineData("evil.test")]
    [InlineData("https://id.test")]
    public async Task WA_06_An_assertion_for_another_relying_party_is_refused(string relyingParty) => await AssertBentAsync(authenticator => authenticator.RelyingParty = relyingParty);

    [Theory]
    [InlineData(SoftAuthenticator.UserPresent)]
    [InlineData(SoftAuthenticator.UserVerified)]
    [InlineData(0)]
    public async Task WA_07_A_person_who_was_not_there_or_not_verified_is_refused(byte flags) => await AssertBentAsync(authenticator => authenticator.Flags = flags);

    [Fact]
    public async Task WA_15_Backup_flags_that_contradict_each_other_or_the_registration_are_refused()
    {
        const byte verified = SoftAuthenticator.UserPresent | SoftAuthenticator.UserVerified;
        await AssertBentAsync(authenticator => authenticator.Flags = verified | SoftAuthenticator.BackedUp);
        await AssertBentAsync(authenticator => authenticator.Flags = verified | SoftAuthenticator.BackupEligible);
        await AssertBentAsync(authenticator => authenticator.Flags = verified, prepare: authenticator => authenticator.Flags = verified | SoftAuthenticator.BackupEligible);
    }

    [Fact]
    public async Task WA_16_A_signature_that_does_not_verify_is_refused()
    {
        await AssertBentAsync(authenticator => authenticator.OnSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)]);
        await AssertBentAsync(authenticator => authenticator.OnSignature = _ => []);
        await AssertBentAsync(authenticator => authenticator.OnSignature = _ => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]); // r = s = 0 (CVE-2022-21449)
        await AssertBentAsync(authenticator => authenticator.OnSignature = signature => [.. signature, 0]);
        await AssertBentAsync(authenticator => authenticator.OnSignature = _ => RandomNumberGenerator.GetBytes(70));
        await AssertBentAsync(authenticator => authenticator.OnSignature = _ => authenticator.Sign("something else"u8.ToArray()));
    }

    [Fact]
    public async Task WA_16_A_signature_of_another_key_is_refused()
    {
        using var other = new SoftAuthenticator();
        byte[]? signed = null;
        await AssertBentAsync(authenticator =>
        {
            authenticator.OnData = data => signed = data;
            authenticator.OnSignature = _ => other.Sign(signed!);
        });
    }

    [Fact]
    public async Task WA_16_Authenticator_data_with_a_byte_too_many_or_too_few_is_refused()
    {
        await AssertBentAsync(authenticator => authenticator.OnData = data => [.. data, 0]);
        await AssertBentAsync(authenticator => authenticator.OnData = data => data[..^1]);
        await AssertBentAsync(authenticator => authenticator.OnData = _ => []);
        await AssertBentAsync(authenticator => (authenticator.Flags, authenticator.OnData) = ((byte)(authenticator.Flags | SoftAuthenticator.HasExtensions), data => [.. data, 0xA1, 0x61, 0x61, 0xF5, 0x00]));
    }

    [Fact]
    public async Task WA_17_What_the_outer_object_claims_is_ignored_or_refused()
    {
        await AssertBentAsync(authenticator =>
        {
            authenticator.Flags = SoftAuthenticator.UserPresent;
            authenticator.OnAnswer = answer => answer["userVerified"] = true;
        });
        await AssertBentAsync(authenticator => authenticator.OnAnswer = answer => answer["rawId"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        await AssertBentAsync(authenticator => authenticator.OnAnswer = answer => answer.Remove("rawId"));
        await AssertBentAsync(authenticator => authenticator.OnAnswer = answer => answer["type"] = "password");
        await AssertBentAsync(authenticator => authenticator.OnAnswer = answer => answer["ID"] = authenticator.IdText);
        await AssertBentAsync(authenticator => authenticator.OnAnswer = answer => answer["response"]!["SIGNATURE"] = "AAAA");
        await AssertBentAsync(authenticator => authenticator.OnAnswer = answer => (answer["id"], answer["rawId"]) = ($"{authenticator.IdText}=", $"{authenticator.IdText}="));
        await AssertBentAsync(authenticator => authenticator.OnAnswer = answer => (answer["id"], answer["rawId"]) = ("", ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"id\":\"AA\",\"id\":\"AA\"}")]
    public async Task WA_17_An_answer_that_is_no_answer_is_refused(string credential)
    {
        using var browser = Server.Browser();
        var (handle, _) = await BeginAsync(browser);

        await AssertRefusedAsync(browser, await EndAsync(browser, handle, credential));
    }

    [Fact]
    public async Task WA_12_The_user_handle_must_be_the_account_that_holds_the_passkey()
    {
        var other = await AddPersonAsync();
        await AssertBentAsync(authenticator => authenticator.UserHandle = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(other)));
        await AssertBentAsync(authenticator => authenticator.UserHandle = null);
        await AssertBentAsync(authenticator => authenticator.UserHandle = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("a\0b")));
        await AssertBentAsync(authenticator => authenticator.UserHandle = Base64Url.EncodeToString(new byte[9000]));
    }

    /// <summary>A passkey is added, perhaps prepared; then its answer is bent in one respect, and nobody comes in.</summary>
    private async Task AssertBentAsync(Action<SoftAuthenticator> bend, Action<SoftAuthenticator>? prepare = null)
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        prepare?.Invoke(authenticator);
        await AddHolderAsync(authenticator);
        bend(authenticator);

        await AssertRefusedAsync(browser, await SignInAsync(browser, authenticator));
    }
}

public sealed class PasskeySignInAttacksOnSqlite(SqliteServer server) : PasskeySignInAttacks(server), IClassFixture<SqliteServer>;

public sealed class PasskeySignInAttacksOnPostgreSql(PostgreSqlServer server) : PasskeySignInAttacks(server), IClassFixture<PostgreSqlServer>;
