using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.Users.Attestation;
using Pynomaly.Identity.Users;
using Pynomaly.Identity.Users.Attestation;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>The ceremonies of Web Authentication Level 3 §16, test vectors: each credential is registered, and signs in. Left out: EdDSA (§16.11, §16.12), which the platform does not have.</summary>
/// <remarks>The vectors' authenticators verify nobody in most cases, so user verification is not asked for here, and only here. The counters are all 0.</remarks>
public sealed class PasskeyVectorTests(SqliteServer server) : PasskeySuite(server), IClassFixture<SqliteServer>
{
    [Theory]
    [InlineData("none.ES256")]
    [InlineData("none.ES256.long-credential-id")]
    [InlineData("packed-self.ES256")]
    [InlineData("packed.ES256")]
    [InlineData("packed.ES384")]
    [InlineData("packed.ES512")]
    [InlineData("packed.RS256")]
    [InlineData("tpm.ES256")]
    [InlineData("android-key.ES256")]
    [InlineData("apple.ES256")]
    [InlineData("fido-u2f.ES256")]
    public async Task A_vectors_credential_is_registered_and_signs_in(string name)
    {
        var vector = W3CVector.Read(name);
        var verifier = Verifier();
        var person = await AddPersonAsync();
        await ExecuteAsync("DELETE FROM passkeys WHERE id = $1", Base64Url.EncodeToString(vector["credentialId"])); // another test's
        var context = new DefaultHttpContext { RequestServices = Server.Services };

        var (info, _, reason) = await verifier.VerifyCreationAsync(Registration(vector), await CreationStateAsync(verifier, person, vector), context);
        Assert.Null(reason);
        var answer = PasskeyAnswer.ReadCreation(Registration(vector))!;
        await StoreAsync(person, answer, info!.PublicKey, info.IsBackupEligible);
        var verified = await verifier.VerifyRequestAsync(Assertion(vector), await RequestStateAsync(verifier, person, vector), context);

        Assert.Equal(Base64Url.EncodeToString(vector["credentialId"]), answer.Id);
        Assert.NotNull(PasskeyAnswer.ReadRequest(Assertion(vector)));
        Assert.Equal(person, verified?.UserId);
    }

    [Theory]
    [InlineData("none.ES256.crossOrigin")]
    [InlineData("none.ES256.topOrigin")]
    public async Task A_vectors_ceremony_in_a_frame_of_another_site_is_refused_by_our_policy(string name)
    {
        var vector = W3CVector.Read(name);
        var verifier = Verifier();
        var person = await AddPersonAsync();
        await ExecuteAsync("DELETE FROM passkeys WHERE id = $1", Base64Url.EncodeToString(vector["credentialId"])); // another test's

        var (_, _, reason) = await verifier.VerifyCreationAsync(
            Registration(vector), await CreationStateAsync(verifier, person, vector), new DefaultHttpContext { RequestServices = Server.Services });

        Assert.Equal("invalid", reason);
    }

    [Theory]
    [InlineData("none.ES256")]
    [InlineData("packed.RS256")]
    public async Task A_vector_with_another_challenge_or_signature_is_refused(string name)
    {
        var vector = W3CVector.Read(name);
        var verifier = Verifier();
        var person = await AddPersonAsync();
        await ExecuteAsync("DELETE FROM passkeys WHERE id = $1", Base64Url.EncodeToString(vector["credentialId"])); // another test's
        var context = new DefaultHttpContext { RequestServices = Server.Services };
        var (info, _, _) = await verifier.VerifyCreationAsync(Registration(vector), await CreationStateAsync(verifier, person, vector), context);
        await StoreAsync(person, PasskeyAnswer.ReadCreation(Registration(vector))!, info!.PublicKey, info.IsBackupEligible);
        var bent = vector.ToDictionary(one => one.Key, one => one.Value);
        bent["signature"] = [.. bent["signature"][..^1], (byte)(bent["signature"][^1] ^ 1)];

        Assert.Null(await verifier.VerifyRequestAsync(Assertion(bent), await RequestStateAsync(verifier, person, vector), context));
        Assert.Null(await verifier.VerifyRequestAsync(Assertion(vector), (await verifier.BeginRequestAsync(person, context)).State, context));
    }

    private PasskeyVerifier Verifier()
    {
        var options = Server.Services.GetRequiredService<ServerOptions>() with { Issuer = "https://example.org", Passkeys = new PasskeySettings { RelyingPartyId = "example.org" } };
        return new PasskeyVerifier(Server.Services.GetRequiredService<Database>(), new AttestationVerifier(options, Server.Clock), options) { UserVerification = "discouraged" };
    }

    private async Task<string> CreationStateAsync(PasskeyVerifier verifier, string person, IReadOnlyDictionary<string, byte[]> vector)
    {
        var account = await Server.Services.GetRequiredService<Accounts>().FindAsync(person, CancellationToken.None);
        return WithChallenge((await verifier.BeginCreationAsync(account!, new DefaultHttpContext())).State, vector["challenge"]);
    }

    private static async Task<string> RequestStateAsync(PasskeyVerifier verifier, string person, IReadOnlyDictionary<string, byte[]> vector) =>
        WithChallenge((await verifier.BeginRequestAsync(person, new DefaultHttpContext())).State, vector["authenticationChallenge"]);

    private static string WithChallenge(string state, byte[] challenge)
    {
        var json = JsonNode.Parse(state)!;
        Assert.NotNull(json["challenge"]);
        json["challenge"] = Convert.ToBase64String(challenge);
        return json.ToJsonString();
    }

    private Task<bool> StoreAsync(string person, PasskeyAnswer answer, byte[] publicKey, bool isBackupEligible) =>
        Server.Services.GetRequiredService<Database>().WriteAsync((session, stop) => PasskeyRows.AddAsync(session, new Passkey
        {
            Id = answer.Id, UserId = person, Name = "Vector", PublicKey = Base64Url.EncodeToString(publicKey), IsBackupEligible = isBackupEligible, Aaguid = answer.Aaguid!,
            AttestationFormat = "none", Created = Server.Clock.GetUtcNow(),
        }, stop), CancellationToken.None);

    private static string Registration(IReadOnlyDictionary<string, byte[]> vector) => Answer(vector, new JsonObject
    {
        ["clientDataJSON"] = Base64Url.EncodeToString(vector["clientDataJSON"]), ["attestationObject"] = Base64Url.EncodeToString(vector["attestationObject"]), ["transports"] = new JsonArray(),
    });

    private static string Assertion(IReadOnlyDictionary<string, byte[]> vector) => Answer(vector, new JsonObject
    {
        ["clientDataJSON"] = Base64Url.EncodeToString(vector["authenticationClientDataJSON"]), ["authenticatorData"] = Base64Url.EncodeToString(vector["authenticatorData"]),
        ["signature"] = Base64Url.EncodeToString(vector["signature"]),
    });

    private static string Answer(IReadOnlyDictionary<string, byte[]> vector, JsonObject response)
    {
        var id = Base64Url.EncodeToString(vector["credentialId"]);
        return new JsonObject { ["id"] = id, ["rawId"] = id, ["type"] = "public-key", ["response"] = response, ["clientExtensionResults"] = new JsonObject() }.ToJsonString();
    }
}
