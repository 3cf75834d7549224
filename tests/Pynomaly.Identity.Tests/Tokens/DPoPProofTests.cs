using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>DPoP proofs by themselves: the example of RFC 9449, and what an attacker would change.</summary>
public sealed class DPoPProofTests
{
    // RFC 9449 §4.1, figure 1.
    private const string Example = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19."
        + "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ."
        + "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    private static readonly Uri Address = new("https://id.test/connect/token");
    private static readonly MovableClock Clock = new();

    public static TheoryData<string> Changes => [.. Forgeries.Keys];

    private static Dictionary<string, Func<ProofKey, string>> Forgeries { get; } = new()
    {
        ["typ"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["typ"] = "JWT"),
        ["no typ"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header.Remove("typ")),
        ["alg none"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["alg"] = "none"),
        ["alg HS256"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["alg"] = "HS256"),
        ["alg of another key type"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["alg"] = "RS256"),
        ["crit"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["crit"] = "exp"),
        ["no jwk"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header.Remove("jwk")),
        ["private jwk"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["jwk"]!["d"] = "AAAA"),
        ["symmetric jwk"] = key => key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["jwk"] = new System.Text.Json.Nodes.JsonObject { ["kty"] = "oct", ["k"] = "AAAA" }),
        ["another jwk"] = key =>
        {
            using var other = new ProofKey(Clock);
            return key.Proof("POST", Address.AbsoluteUri, change: (header, _) => header["jwk"] = other.Jwk);
        },
        ["htm"] = key => key.Proof("GET", Address.AbsoluteUri),
        ["htm in lower case"] = key => key.Proof("post", Address.AbsoluteUri),
        ["htu of another path"] = key => key.Proof("POST", "https://id.test/connect/userinfo"),
        ["htu of another host"] = key => key.Proof("POST", "https://id.example/connect/token"),
        ["htu of another scheme"] = key => key.Proof("POST", "http://id.test/connect/token"),
        ["htu with a name"] = key => key.Proof("POST", "https://evil@id.test/connect/token"),
        ["htu relative"] = key => key.Proof("POST", "/connect/token"),
        ["no jti"] = key => key.Proof("POST", Address.AbsoluteUri, change: (_, claims) => claims.Remove("jti")),
        ["jti too long"] = key => key.Proof("POST", Address.AbsoluteUri, change: (_, claims) => claims["jti"] = new string('j', 257)),
        ["no iat"] = key => key.Proof("POST", Address.AbsoluteUri, change: (_, claims) => claims.Remove("iat")),
        ["iat as text"] = key => key.Proof("POST", Address.AbsoluteUri, change: (_, claims) => claims["iat"] = "1562262616"),
        ["changed afterwards"] = key => key.Proof("POST", Address.AbsoluteUri).Replace('.', '-'),
        ["padded"] = key => key.Proof("POST", Address.AbsoluteUri) + "=",
        ["four parts"] = key => key.Proof("POST", Address.AbsoluteUri) + ".AAAA",
    };

    [Fact]
    public void The_example_of_RFC_9449_is_read_and_its_key_has_the_thumbprint_that_the_RFC_names()
    {
        var (proof, reason) = DPoPProof.Read(Example, "POST", new Uri("https://server.example.com/token"));

        Assert.True(proof is not null, reason);
        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", proof.Thumbprint); // §6.1
        Assert.Equal("-BwC3ESc6acc2lTc", proof.Jti);
        Assert.Equal(1562262616, proof.IssuedAt.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("https://ID.test:443/connect/token")]
    [InlineData("https://id.test/connect/token?x=1#y")]
    [InlineData("https://id.test/connect/%74oken")]
    public void Addresses_are_compared_after_normalisation_without_query_and_fragment(string htu)
    {
        using var key = new ProofKey(Clock);
        Assert.NotNull(DPoPProof.Read(key.Proof("POST", htu), "POST", Address).Proof);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void JV_10_a_proof_that_is_not_as_it_must_be_is_refused_with_a_reason(string change)
    {
        using var key = new ProofKey(Clock);
        Assert.NotNull(DPoPProof.Read(key.Proof("POST", Address.AbsoluteUri), "POST", Address).Proof);

        var (proof, reason) = DPoPProof.Read(Forgeries[change](key), "POST", Address);

        Assert.Null(proof);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void A_proof_is_good_for_its_moment_and_its_token()
    {
        using var key = new ProofKey(Clock);
        var proof = DPoPProof.Read(key.Proof("POST", Address.AbsoluteUri, "token"), "POST", Address).Proof!;
        var (made, life, skew) = (proof.IssuedAt, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10));

        Assert.Null(proof.WhyNotNow(made, life, skew));
        Assert.Null(proof.WhyNotNow(made - skew, life, skew));
        Assert.Null(proof.WhyNotNow(made + life + skew, life, skew));
        Assert.NotNull(proof.WhyNotNow(made - skew - TimeSpan.FromSeconds(1), life, skew));
        Assert.NotNull(proof.WhyNotNow(made + life + skew + TimeSpan.FromSeconds(1), life, skew));
        Assert.True(proof.IsFor("token"));
        Assert.False(proof.IsFor("other"));
    }
}
