using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.Authorization;

/// <summary>RFC 7636, both halves.</summary>
public sealed class ProofKeyTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static readonly Application PublicClient = Client(ClientAuthenticationMethods.None, requirePkce: false);
    private static readonly Application ConfidentialClient = Client(ClientAuthenticationMethods.ClientSecretBasic, requirePkce: true);
    private static readonly Application ExemptClient = Client(ClientAuthenticationMethods.ClientSecretBasic, requirePkce: false);

    [Fact]
    public void The_challenge_is_that_of_RFC_7636_Appendix_B() => Assert.Equal(Challenge, ProofKey.Challenge(Verifier));

    [Fact]
    public void The_verifier_of_RFC_7636_Appendix_B_opens_its_challenge() => ProofKey.Verify(Verifier, Challenge);

    [Fact]
    public void The_challenge_itself_is_no_verifier() => Refused(Errors.InvalidGrant, () => ProofKey.Verify(Challenge, Challenge));

    [Fact]
    public void Another_verifier_does_not_open_it() => Refused(Errors.InvalidGrant, () => ProofKey.Verify(Verifier[..^1] + "l", Challenge));

    [Fact]
    public void A_verifier_without_a_challenge_is_a_downgrade() => Refused(Errors.InvalidGrant, () => ProofKey.Verify(Verifier, null));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")]
    [InlineData("dBjftJeZ4CVP+mB92K27uhbUJU1p1r_wW1gFWFOEjXk")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\0")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXé")]
    public void A_malformed_verifier_is_refused(string? verifier) => Refused(Errors.InvalidGrant, () => ProofKey.Verify(verifier, Challenge));

    [Fact]
    public void A_verifier_of_129_characters_is_refused() => Refused(Errors.InvalidGrant, () => ProofKey.Verify(new string('a', 129), ProofKey.Challenge(new string('a', 129))));

    [Fact]
    public void A_verifier_of_128_characters_is_taken() => ProofKey.Verify(new string('a', 128), ProofKey.Challenge(new string('a', 128)));

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "S256")]
    [InlineData(Challenge, null)]
    [InlineData(Challenge, "plain")]
    [InlineData(Challenge, "s256")]
    [InlineData(Challenge, "S512")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM", "S256")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM", "S256")]
    public void A_request_without_a_good_S256_challenge_is_refused(string? challenge, string? method)
    {
        Refused(Errors.InvalidRequest, () => ProofKey.ReadChallenge(Request(challenge, method), PublicClient));
        Refused(Errors.InvalidRequest, () => ProofKey.ReadChallenge(Request(challenge, method), ConfidentialClient));
    }

    [Fact]
    public void Only_a_confidential_client_that_is_exempt_may_leave_it_out()
    {
        Assert.Null(ProofKey.ReadChallenge(Request(null, null), ExemptClient));
        Refused(Errors.InvalidRequest, () => ProofKey.ReadChallenge(Request(null, "S256"), ExemptClient));
        Refused(Errors.InvalidRequest, () => ProofKey.ReadChallenge(Request(Challenge, "plain"), ExemptClient));
    }

    [Fact]
    public void A_good_challenge_is_read() => Assert.Equal(Challenge, ProofKey.ReadChallenge(Request(Challenge, "S256"), PublicClient));

    private static void Refused(string error, Action act) => Assert.Equal(error, Assert.Throws<ProtocolException>(act).Error);

    private static Application Client(string method, bool requirePkce) =>
        new() { ClientId = "c", Metadata = new ClientMetadata { TokenEndpointAuthMethod = method, RequirePkce = requirePkce } };

    private static ProtocolRequest Request(string? challenge, string? method) => ProtocolRequest.Of(
        new[] { KeyValuePair.Create(Parameters.CodeChallenge, challenge ?? ""), KeyValuePair.Create(Parameters.CodeChallengeMethod, method ?? "") });
}
