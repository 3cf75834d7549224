using System.Text;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>A configuration file is read strictly: what is not understood is refused, with its place.</summary>
public sealed class ConfigurationFileTests
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    [Theory]
    [InlineData("[]", "an object was expected")]
    [InlineData("""{ "application": [] }""", "application: there is no such member")]
    [InlineData("""{ "applications": {} }""", "applications: an array was expected")]
    [InlineData("""{ "applications": [], "applications": [] }""", "applications: the member stands here twice")]
    [InlineData("""{ "applications": [ {} ] }""", "applications[0]: client_id is missing")]
    [InlineData("""{ "applications": [ { "client_id": "a b" } ] }""", "applications[0].client_id")]
    [InlineData("""{ "applications": [ { "client_id": 1 } ] }""", "applications[0].client_id: a text was expected, not a number")]
    [InlineData("""{ "applications": [ { "client_id": "a", "redirect_url": [] } ] }""", "applications[0].redirect_url: there is no such member")]
    [InlineData("""{ "applications": [ { "client_id": "a", "redirect_uris": "https://a" } ] }""", "applications[0].redirect_uris: an array of texts was expected")]
    [InlineData("""{ "applications": [ { "client_id": "a", "redirect_uris": ["https://a", 2] } ] }""", "applications[0].redirect_uris[1]: an array of texts was expected")]
    [InlineData("""{ "applications": [ { "client_id": "a", "require_pkce": "no" } ] }""", "applications[0].require_pkce: true or false was expected")]
    [InlineData("""{ "applications": [ { "client_id": "a", "access_token_lifetime": "5m" } ] }""", "applications[0].access_token_lifetime: a whole number was expected")]
    [InlineData("""{ "applications": [ { "client_id": "a", "scope": null } ] }""", "applications[0].scope: a text was expected")]
    [InlineData("""{ "applications": [ { "client_id": "a", "client_secret": "hunter2" } ] }""", "applications[0].client_secret: the secret is too short")]
    [InlineData("""{ "applications": [ { "client_id": "a", "client_secret": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } ] }""", "client_secret: the secret is too short")]
    [InlineData("""{ "applications": [ { "client_id": "a", "client_secret": "env:NO_SUCH_VARIABLE_HERE" } ] }""", "the environment variable NO_SUCH_VARIABLE_HERE is not set")]
    [InlineData("""{ "applications": [ { "client_id": "a", "client_secret": "file:nowhere" } ] }""", "cannot be read")]
    [InlineData("""{ "applications": [ { "client_id": "a" }, { "client_id": "a" } ] }""", "applications[1]: \"a\" is described twice")]
    [InlineData("""{ "scopes": [ { "name": "a b" } ] }""", "scopes[0].name")]
    [InlineData("""{ "scopes": [ { "name": "a", "resources": ["api"] } ] }""", "scopes[0].resources[0]")]
    [InlineData("""{ "scopes": [ { "name": "a", "resources": ["https://api#x"] } ] }""", "scopes[0].resources[0]")]
    [InlineData("""{ "roles": [ { "name": "a", "permissions": ["read"] } ] }""", "roles[0].permissions[0]")]
    [InlineData("""{ "roles": [ { "name": "a", "permissions": ["re*:x"] } ] }""", "roles[0].permissions[0]")]
    [InlineData("""{ "roles": [ { "name": "a" } ] }""", "roles[0]: permissions is missing")]
    [InlineData("""{ "roles": [ { "name": "A", "permissions": [] }, { "name": "a", "permissions": [] } ] }""", "roles[1]")]
    [InlineData("""{ "permissions": [ { "name": "read:*" } ] }""", "permissions[0].name")]
    [InlineData("""{ "users": [ { "username": "a", "email": "nowhere" } ] }""", "users[0].email")]
    [InlineData("""{ "users": [ { "username": "a", "totp_secret": "JBSWY3DPEHPK3PX1" } ] }""", "users[0].totp_secret")]
    [InlineData("""{ "users": [ { "username": "a", "totp_secret": "JBSWY3DP" } ] }""", "users[0].totp_secret")]
    [InlineData("""{ "roles": [ { "name": "a", "permissions": [], "require_second_factor": "yes" } ] }""", "roles[0].require_second_factor")]
    [InlineData("""{ "users": [ { "username": "a", "address": "somewhere" } ] }""", "users[0].address")]
    [InlineData("""{ "users": [ { "username": "Ada" }, { "username": "ADA" } ] }""", "users[1]")]
    [InlineData("{ \"scopes\": [\n  oops\n] }", "test.json, line 2")]
    public void What_is_not_understood_is_refused_with_its_place(string json, string said)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Read(json));

        Assert.StartsWith("test.json", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "roles": [ { "name": "a", "permissions": [TEXTS] } ] }""", "read:", "roles[0].permissions")]
    [InlineData("""{ "users": [ { "username": "a", "roles": [TEXTS] } ] }""", "role", "users[0].roles")]
    [InlineData("""{ "webhooks": [ { "name": "a", "url": "https://a.example", "events": [TEXTS] } ] }""", "Event", "webhooks[0].events")]
    [InlineData("""{ "event_receivers": [ { "name": "a", "url": "https://a.example", "events": [TEXTS] } ] }""", "event", "event_receivers[0].events")]
    public void A_list_has_ten_thousand_entries_at_most(string json, string entry, string place)
    {
        string Of(int count) => json.Replace("TEXTS", string.Join(",", Enumerable.Range(0, count).Select(i => $"\"{entry}{i}\"")), StringComparison.Ordinal);

        var failure = Assert.Throws<ConfigurationException>(() => Read(Of(10_001)));
        var within = Record.Exception(() => Read(Of(10_000)));

        Assert.Equal($"test.json, line 1, {place}: there are 10001 entries here, and 10000 at most are read.", failure.Message);
        Assert.DoesNotContain("entries here", within?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_twice_in_a_list_is_named_and_the_order_stays()
    {
        var patterns = Enumerable.Range(0, 9_000).Select(i => $"read:{9_000 - i}").ToList();
        string Of(IEnumerable<string> texts) => $$"""{ "roles": [ { "name": "a", "permissions": [{{string.Join(",", texts.Select(text => $"\"{text}\""))}}] } ] }""";

        var failure = Assert.Throws<ConfigurationException>(() => Read(Of([.. patterns, "read:17"])));

        Assert.Equal(patterns, Assert.Single(Read(Of(patterns)).Roles).Permissions);
        Assert.Equal("test.json, line 1, roles[0].permissions[9000]: \"read:17\" stands here twice.", failure.Message);
    }

    [Fact]
    public void What_is_left_out_of_a_client_stands_at_its_default()
    {
        var metadata = Assert.Single(Read($$"""{ "applications": [ { "client_id": "a", "client_secret": "{{Secret}}" } ] }""").Applications).Metadata;

        Assert.True(metadata.RequirePkce);
        Assert.Equal(["authorization_code"], metadata.GrantTypes);
        Assert.Equal("explicit", metadata.Consent);
        Assert.Equal("client_secret_basic", metadata.TokenEndpointAuthMethod);
    }

    [Fact]
    public void A_file_may_hold_comments()
    {
        Assert.Single(Read("{ /* the scopes */ \"scopes\": [ { \"name\": \"a\" } // one\n ] }").Scopes);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789abcdef0123456789abcde", false)]
    [InlineData("dGhpcyBpcyBhIDEyOCBiaXQh", true)]
    [InlineData("correct horse", false)]
    [InlineData("abababababababababababababababababababab", false)]
    public void A_secret_has_128_bits_or_is_refused(string secret, bool enough) => Assert.Equal(enough, Rules.HasEnoughBits(secret));

    private static ConfigurationFile Read(string json)
    {
        var file = new ConfigurationFile();
        file.Add("test.json", Encoding.UTF8.GetBytes(json));
        return file;
    }
}
