using Pynomaly.Identity.Administration.Review;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Each criterion of the posture report is missed by a client that falls short of it, and met by one that does not.</summary>
public sealed class PostureTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly ClientMetadata Web = new() { RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], IdTokenSignedResponseAlg = "ES256" };
    private static readonly ClientMetadata Native = Web with { RedirectUris = ["http://127.0.0.1/cb"], TokenEndpointAuthMethod = "none" };
    private static readonly ClientMetadata Service = new() { GrantTypes = ["client_credentials"], ResponseTypes = [], Permissions = ["read:results"] };
    private static readonly ClientMetadata Signing = Web with { TokenEndpointAuthMethod = "private_key_jwt", JwksUri = "https://c.test/jwks", TokenEndpointAuthSigningAlg = "ES256" };

    /// <summary>The criterion, a client that misses it, one that meets it.</summary>
    public static TheoryData<string, ClientMetadata, ClientMetadata> Cases => new()
    {
        { "pkce", Web with { RequirePkce = false }, Web },
        { "plain-http-redirect", Web with { RedirectUris = ["http://localhost:3000/cb"] }, Web },
        { "localhost-redirect", Native with { AllowLocalhostRedirect = true }, Native },
        { "claimed-redirect", Native with { RedirectUris = ["com.example.app:/cb"] }, Native },
        { "shared-redirect-host", Web with { RedirectUris = ["https://c.test/cb", "https://d.test/cb"] }, Web with { RedirectUris = ["https://c.test/cb", "https://c.test/cb2"] } },
        { "public-on-server", Web with { TokenEndpointAuthMethod = "none", RedirectUris = ["https://c.test/signin-oidc"] }, Web with { TokenEndpointAuthMethod = "none" } },
        { "secret-in-body", Web with { TokenEndpointAuthMethod = "client_secret_post" }, Web },
        { "shared-secret", Web, Signing },
        { "confidential", Native, Web },
        { "assertion-audience", Signing with { AllowTokenEndpointAudience = true }, Signing },
        { "weak-assertion-algorithm", Signing with { TokenEndpointAuthSigningAlg = null }, Signing },
        { "rs256-id-token", Web with { IdTokenSignedResponseAlg = "RS256" }, Web },
        { "implicit-consent-public", Native with { Consent = "implicit" }, Native },
        { "long-access-token", Web with { AccessTokenLifetime = 3600 }, Web },
        { "sender-constrained", Web, Web with { DpopBoundAccessTokens = true } },
        { "pushed-requests", Web, Web with { RequirePushedAuthorizationRequests = true } },
        { "every-permission", Service with { Permissions = ["*:*"] }, Service },
        { "wildcard-permission", Service with { Permissions = ["read:*"] }, Service },
        { "administers-itself", Service with { Permissions = ["manage:users"] }, Service },
        { "introspects-all", Web with { IntrospectAll = true }, Web },
        { "several-purposes", Web with { GrantTypes = ["authorization_code", "client_credentials"] }, Web },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_criterion_is_missed_by_whoever_falls_short_of_it(string id, ClientMetadata falling, ClientMetadata standing)
    {
        Assert.Contains(id, Findings(falling));
        Assert.DoesNotContain(id, Findings(standing));
    }

    [Fact]
    public void A_secret_that_is_old_or_ended_is_found()
    {
        Assert.Contains("old-secret", Findings(Web, [new ClientSecret("x", Now.AddDays(-366), null)]));
        Assert.DoesNotContain("old-secret", Findings(Web, [new ClientSecret("x", Now.AddDays(-364), null)]));
        Assert.Contains("no-secret", Findings(Web, [new ClientSecret("x", Now.AddDays(-2), Now.AddDays(-1))]));
    }

    [Fact]
    public void A_client_that_registered_itself_and_is_trusted_is_found()
    {
        var client = new Application { ClientId = "self", Metadata = Web with { Consent = "implicit" }, IsSelfRegistered = true };

        Assert.Contains(Posture.Score(client, Options, Now).Findings, finding => finding.Id == "self-registered-implicit");
    }

    [Fact]
    public void Every_criterion_is_tested() =>
        Assert.Empty(Criteria.All.Select(criterion => criterion.Id).Except([.. Cases.Select(row => row.Data.Item1), "old-secret", "no-secret", "self-registered-implicit"]));

    [Fact]
    public void Every_criterion_is_documented()
    {
        var document = House.Repository.Read("docs/operating/clients.md");

        Assert.All(Criteria.All, one => Assert.Contains($"| `{one.Id}` | {one.Severity} | {one.Title}. {one.Why}. | {one.Fix}. | {string.Join(", ", one.Profiles)} |", document, StringComparison.Ordinal));
    }

    [Fact]
    public void The_gravest_come_first_and_the_scores_add_up()
    {
        var posture = Posture.Score(TestData.Client("c", Now, Web with { RequirePkce = false, IntrospectAll = true }), Options, Now);

        Assert.Equal(("high", "high"), (posture.Worst, posture.Findings[0].Severity));
        Assert.Equal(posture.Findings.Select(finding => finding.Severity), posture.Findings.Select(finding => finding.Severity).OrderBy(severity => severity switch { "high" => 0, "medium" => 1, _ => 2 }));
        foreach (var score in posture.Scores) Assert.Equal(posture.Findings.Count(finding => finding.Profiles.Contains(score.Profile)), score.Of - score.Met);
    }

    [Fact]
    public void What_presets_make_has_no_grave_finding()
    {
        foreach (var purpose in Pynomaly.Identity.Administration.ClientPurposes.All)
        {
            var preset = Pynomaly.Identity.Administration.ClientPresets.Find(purpose, Options)!;
            var made = preset.GrantTypes.Contains("authorization_code") ? preset with { RedirectUris = [purpose == "native" ? "http://127.0.0.1/cb" : "https://c.test/cb"] } : preset;

            Assert.DoesNotContain(Posture.Score(TestData.Client(purpose, Now, made), Options, Now).Findings, finding => finding.Severity == "high" || finding.Severity == "medium" && finding.Id != "confidential");
        }
    }

    private static ServerOptions Options { get; } = new() { Issuer = TestServer.Issuer, DatabaseProvider = "Sqlite", ConnectionString = "", KeysDirectory = "" };

    private static List<string> Findings(ClientMetadata metadata, List<ClientSecret>? secrets = null)
    {
        var client = TestData.Client("c", Now, metadata);
        if (secrets is not null) client.Secrets = secrets;
        return [.. Posture.Score(client, Options, Now).Findings.Select(finding => finding.Id)];
    }
}
