using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>A server that demands its nonce in every DPoP proof (RFC 9449 §8, §9): proofs made ahead of time are worth nothing.</summary>
public sealed class ProofNonceAttacks(ProofNonceAttacks.DemandingSqlite server) : IClassFixture<ProofNonceAttacks.DemandingSqlite>
{
    private const string TokenAddress = TestServer.Issuer + "/connect/token", UserInfoAddress = TestServer.Issuer + "/connect/userinfo";
    private readonly HttpClient _machine = server.Machine();

    [Fact]
    public async Task A_proof_without_the_nonce_is_answered_with_one_which_every_node_takes_until_it_is_old()
    {
        using var key = new ProofKey(server.Clock);
        var other = server.Machine(await server.StartNodeAsync());
        var refused = await AskAsync(_machine, key.Proof("POST", TokenAddress));
        await refused.AssertRefusedAsync("use_dpop_nonce");
        var nonce = NonceOf(refused);

        var answer = await AskAsync(other, key.Proof("POST", TokenAddress, nonce: nonce));
        await answer.TokensAsync();
        Assert.NotEqual("", NonceOf(answer)); // §8.2
        await (await AskAsync(_machine, key.Proof("POST", TokenAddress, nonce: nonce[..^2] + (nonce[^2..] == "AA" ? "AE" : "AA")))).AssertRefusedAsync("use_dpop_nonce");
        server.Clock.Move(TimeSpan.FromMinutes(6));
        await (await AskAsync(_machine, key.Proof("POST", TokenAddress, nonce: nonce))).AssertRefusedAsync("use_dpop_nonce");
    }

    [Fact]
    public async Task A_protected_resource_demands_it_too()
    {
        using var key = new ProofKey(server.Clock);
        var grant = await server.GrantAsync();
        string Proof(string? nonce) => key.Proof("POST", TokenAddress, nonce: nonce);
        var nonce = NonceOf(await AskAsync(_machine, Proof(null)));
        var token = (await (await ProofKey.TokenAsync(_machine, grant.Client, Proof(nonce), ("grant_type", "authorization_code"), ("code", grant.Code), ("redirect_uri", grant.RedirectUri), ("code_verifier", grant.Verifier))).TokensAsync()).AccessToken;

        var refused = await ProofKey.CallAsync(_machine, "/connect/userinfo", "DPoP", token, key.Proof("GET", UserInfoAddress, token));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.StartsWith("DPoP error=\"use_dpop_nonce\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await ProofKey.CallAsync(_machine, "/connect/userinfo", "DPoP", token, key.Proof("GET", UserInfoAddress, token, NonceOf(refused)))).StatusCode);
    }

    [Fact]
    public async Task So_do_the_APIs_whose_refusal_carries_it()
    {
        using var key = new ProofKey(server.Clock);
        var nonce = NonceOf(await AskAsync(_machine, key.Proof("POST", TokenAddress)));
        var token = (await (await AskAsync(_machine, key.Proof("POST", TokenAddress, nonce: nonce))).TokensAsync()).AccessToken;

        var refused = await ProofKey.CallAsync(_machine, "/api/admin/v1/operator", "DPoP", token, key.Proof("GET", $"{TestServer.Issuer}/api/admin/v1/operator", token));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.NotEqual("", NonceOf(refused)); // RFC 9449 §9
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient machine, string proof) => ProofKey.TokenAsync(machine, TestData.Service, proof, ("grant_type", "client_credentials"));

    private static string NonceOf(HttpResponseMessage answer) => answer.Headers.GetValues("DPoP-Nonce").Single();

    public sealed class DemandingSqlite() : TestServer("Sqlite")
    {
        /// <inheritdoc />
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:DPoP:RequireNonce", "true")];
    }
}
