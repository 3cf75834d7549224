using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>npm's oauth4webapi, each protocol step by itself. What each scenario asserts stands in <c>oauth4webapi.mjs</c>.</summary>
[Collection<StrangersCollection>]
public sealed class OAuth4WebApiTests(StrangersFixture strangers)
{
    [Fact]
    public Task A_public_client_signs_a_person_in_and_refreshes() => RunAsync("public-client");

    [Fact]
    public Task Another_verifier_does_not_redeem_the_code() => RunAsync("wrong-verifier");

    [Fact]
    public Task An_access_token_passes_a_strangers_RFC_9068_check_and_an_ID_token_does_not() => RunAsync("access-token");

    [Fact]
    public Task A_secret_is_taken_from_the_form_only_where_the_client_is_registered_so() => RunAsync("secret-in-the-form");

    [Fact]
    public Task A_private_key_works_at_the_token_and_at_the_revocation_endpoint() => RunAsync("private-key-jwt");

    private Task RunAsync(string scenario) => strangers.RunNodeAsync("oauth4webapi.mjs", scenario);
}
