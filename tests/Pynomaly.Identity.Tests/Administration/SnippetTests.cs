using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Code to copy says what the client is registered with, and never more.</summary>
public sealed class SnippetTests
{
    private static readonly Dictionary<string, ClientMetadata> Registered = new()
    {
        [ClientPurposes.Web] = new() { RedirectUris = ["https://c.test/callback/here"], GrantTypes = ["authorization_code"], Scope = "openid special_scope" },
        [ClientPurposes.Spa] = new() { RedirectUris = ["https://c.test/callback/here"], GrantTypes = ["authorization_code"], TokenEndpointAuthMethod = "none", Scope = "openid special_scope" },
        [ClientPurposes.Native] = new() { RedirectUris = ["http://127.0.0.1/callback/here"], GrantTypes = ["authorization_code"], TokenEndpointAuthMethod = "none", Scope = "openid special_scope" },
        [ClientPurposes.Service] = new() { GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "special_scope" },
        [ClientPurposes.Resource] = new() { GrantTypes = [], ResponseTypes = [], Resources = ["https://special.test"] },
    };

    /// <summary>Each purpose.</summary>
    public static TheoryData<string> Purposes => [.. ClientPurposes.All];

    [Theory]
    [MemberData(nameof(Purposes))]
    public void Each_names_issuer_client_and_what_it_asks_for(string purpose)
    {
        var all = ClientSnippets.Of(TestData.Client("my-client", default, Registered[purpose]), TestServer.Issuer);

        Assert.Equal(purpose == ClientPurposes.Spa ? 3 : 5, all.Count);
        Assert.All(all, one =>
        {
            Assert.Contains(TestServer.Issuer, one.Code, StringComparison.Ordinal);
            Assert.Contains("my-client", one.Code, StringComparison.Ordinal);
            Assert.Contains(purpose == ClientPurposes.Resource ? "https://special.test" : "special_scope", one.Code, StringComparison.Ordinal);
            if (Registered[purpose].RedirectUris.Count > 0) Assert.Contains("/callback/here", one.Code, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", one.Code, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Purposes))]
    public void A_secret_is_an_environment_variable_and_a_public_client_has_none(string purpose)
    {
        var isPublic = purpose is ClientPurposes.Spa or ClientPurposes.Native;

        foreach (var one in ClientSnippets.Of(TestData.Client("my-client", default, Registered[purpose]), TestServer.Issuer))
        {
            Assert.DoesNotContain(TestData.Secret, one.Code, StringComparison.Ordinal);
            if (isPublic || purpose == ClientPurposes.Resource && one.Id != "curl") Assert.DoesNotContain("SECRET", one.Code, StringComparison.Ordinal);
            else Assert.Contains("CLIENT_SECRET", one.Code, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whoever_signs_people_in_uses_pkce()
    {
        foreach (var purpose in new[] { ClientPurposes.Web, ClientPurposes.Spa, ClientPurposes.Native })
            Assert.All(ClientSnippets.Of(TestData.Client("c", default, Registered[purpose]), TestServer.Issuer).Where(one => one.Id != "aspnetcore"), one => Assert.Contains("S256", one.Code, StringComparison.Ordinal)); // .NET's libraries do it by themselves
    }

    [Fact]
    public void A_loopback_address_with_a_port_is_one_that_a_program_on_a_device_listens_on()
    {
        var client = Registered[ClientPurposes.Native] with { RedirectUris = ["com.example.app:/cb", "http://127.0.0.1.example.org/cb", "http://127.0.0.1:4000/with-port"] };

        Assert.All(ClientSnippets.Of(TestData.Client("c", default, client), TestServer.Issuer).Where(one => one.Id != "curl"), one =>
        {
            Assert.Contains("/with-port", one.Code, StringComparison.Ordinal);
            Assert.DoesNotContain("register this address", one.Code, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_redirect_URI_on_a_page_of_the_program_itself_is_passed_over_or_remarked()
    {
        var (beside, alone) = (Snippets("https://c.test/", "https://c.test/Sign-In", "https://c.test/callback/here"), Snippets("https://c.test", "https://c.test/sign-in"));

        Assert.All(beside, one =>
        {
            Assert.Contains("/callback/here", one.Code, StringComparison.Ordinal);
            Assert.DoesNotContain("register this address", one.Code, StringComparison.Ordinal);
        });
        Assert.All(alone, one =>
        {
            Assert.Contains("/callback\"", one.Code, StringComparison.Ordinal);
            Assert.Contains("register this address too: / and /sign-in are pages of this program", one.Code, StringComparison.Ordinal);
        });

        static List<Snippet> Snippets(params string[] uris) =>
            [.. ClientSnippets.Of(TestData.Client("c", default, Registered[ClientPurposes.Web] with { RedirectUris = [.. uris] }), TestServer.Issuer).Where(one => one.Id != "curl")];
    }

    [Theory]
    [InlineData("a'b")]
    [InlineData("a\"b")]
    [InlineData("a$(id)`id`b")]
    [InlineData("a\\b")]
    public void Names_with_signs_of_the_language_stay_names(string id)
    {
        var all = ClientSnippets.Of(TestData.Client(id, default, Registered[ClientPurposes.Service]), TestServer.Issuer).ToDictionary(one => one.Id);

        Assert.Contains($"'{id.Replace("'", "'\\''", StringComparison.Ordinal)}'", all["curl"].Code, StringComparison.Ordinal);
        foreach (var language in new[] { "aspnetcore", "node", "python", "go" })
            Assert.Contains($"\"{id.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"", all[language].Code, StringComparison.Ordinal);
    }
}
