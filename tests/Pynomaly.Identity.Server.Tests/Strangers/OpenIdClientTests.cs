using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>npm's openid-client, a certified relying party, at our door. What each scenario asserts stands in <c>openid-client.mjs</c>.</summary>
[Collection<StrangersCollection>]
public sealed class OpenIdClientTests(StrangersFixture strangers)
{
    [Fact]
    public Task Discovery_names_what_the_library_needs() => RunAsync("discovery");

    [Fact]
    public Task A_person_signs_in_by_code_and_PKCE_and_is_described_by_userinfo() => RunAsync("code-and-userinfo");

    [Fact]
    public Task A_code_is_redeemed_once_and_its_second_use_ends_what_the_first_one_gave() => RunAsync("code-once");

    [Fact]
    public Task Refresh_tokens_rotate_and_a_stolen_one_ends_the_family() => RunAsync("refresh");

    [Fact]
    public Task Revoking_the_refresh_token_ends_its_access_tokens_too() => RunAsync("revocation");

    [Fact]
    public Task Logout_returns_to_the_client_and_ends_the_session() => RunAsync("logout");

    [Fact]
    public Task Refused_consent_comes_back_as_access_denied_with_the_issuer() => RunAsync("consent-denied");

    [Fact]
    public Task A_service_token_is_active_at_introspection_until_it_is_revoked() => RunAsync("client-credentials");

    [Fact]
    public Task A_private_key_proves_the_client_and_another_key_does_not() => RunAsync("private-key-jwt");

    private Task RunAsync(string scenario) => strangers.RunNodeAsync("openid-client.mjs", scenario);
}
