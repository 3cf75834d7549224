using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Requirements;

/// <summary>What an attribute asks for holds where no middleware reads it too: on a method of a SignalR hub, whose policy is combined as here.</summary>
public sealed class HubMethodTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private TestApi _api = null!;

    public static TheoryData<string, string, string> Asked => new()
    {
        { "permission", "permissions", "write:detectors" },
        { "acr", "acr", "mfa" },
        { "fresh", "auth_time", "now" },
    };

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(_issuer, more: builder =>
    {
        builder.Services.AddAuthorizationBuilder().SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireClaim("client_id").Build());
        builder.Services.AddAuthentication().AddPynomalyIdentity("second", options => (options.Issuer, options.Audience, options.BackchannelHandler) = (PaperIssuer.Issuer, PaperIssuer.Audience, _issuer));
    });

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task The_policy_of_an_attribute_lets_in_whom_it_names_and_nobody_else(string kind, string claim, string value)
    {
        var enough = new Claim(claim, value == "now" ? $"{_issuer.Now}" : value);
        var client = new Claim("client_id", "nightly");

        Assert.True(await AllowsAsync(kind, client, enough));
        Assert.False(await AllowsAsync(kind, client));
        Assert.False(await AllowsAsync(kind, enough), "the application's default policy is asked too");
        Assert.False((await _api.Services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(new ClaimsPrincipal(new ClaimsIdentity([client, enough])), null, await PolicyAsync(kind))).Succeeded);
    }

    [Fact]
    public async Task Every_one_of_several_permissions_is_asked_for()
    {
        var policy = await AuthorizationPolicy.CombineAsync(_api.Services.GetRequiredService<IAuthorizationPolicyProvider>(), [new RequirePermissionAttribute("read:detectors", "write:detectors")]);
        var rules = _api.Services.GetRequiredService<IAuthorizationService>();

        Assert.False((await rules.AuthorizeAsync(Caller(new("client_id", "nightly"), new("permissions", "read:*")), null, policy!)).Succeeded);
        Assert.True((await rules.AuthorizeAsync(Caller(new("client_id", "nightly"), new("permissions", "*:detectors")), null, policy!)).Succeeded);
    }

    [Fact]
    public async Task Claims_of_an_access_token_that_no_request_showed_open_nothing()
    {
        Assert.True(await AllowsAsync("permission", new("client_id", "nightly"), new("permissions", "write:detectors")));
        Assert.False(await AllowsAsync("permission", new("client_id", "nightly"), new("permissions", "write:detectors"), new("jti", "AAAAAAAAAAAAAAAAAAAAAQ")));
    }

    [Fact]
    public async Task The_policies_of_the_application_stay_and_may_be_kept()
    {
        var provider = _api.Services.GetRequiredService<IAuthorizationPolicyProvider>();

        Assert.NotNull(await provider.GetPolicyAsync("editors"));
        Assert.Null(await provider.GetPolicyAsync("nobody knows"));
        Assert.Null(await provider.GetFallbackPolicyAsync());
        Assert.Contains((await provider.GetDefaultPolicyAsync()).Requirements, requirement => requirement is Microsoft.AspNetCore.Authorization.Infrastructure.ClaimsAuthorizationRequirement);
        Assert.True(provider.AllowsCachingPolicies);
    }

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task Where_the_package_is_not_added_nobody_is_let_in(string kind, string claim, string value)
    {
        _ = (claim, value);
        await using var services = new ServiceCollection().AddLogging().AddAuthorization().BuildServiceProvider();

        await Assert.ThrowsAsync<InvalidOperationException>(() => AuthorizationPolicy.CombineAsync(services.GetRequiredService<IAuthorizationPolicyProvider>(), [Attribute(kind)]));
    }

    private static AuthorizeAttribute Attribute(string kind) => kind switch
    {
        "permission" => new RequirePermissionAttribute("write:detectors"),
        "acr" => new RequireAcrAttribute("mfa"),
        _ => new RequireFreshAuthenticationAttribute(300),
    };

    private static ClaimsPrincipal Caller(params Claim[] claims) => new(new ClaimsIdentity(claims, "test"));

    private async Task<AuthorizationPolicy> PolicyAsync(string kind) =>
        (await AuthorizationPolicy.CombineAsync(_api.Services.GetRequiredService<IAuthorizationPolicyProvider>(), [Attribute(kind)]))!;

    private async Task<bool> AllowsAsync(string kind, params Claim[] claims) =>
        (await _api.Services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(Caller(claims), null, await PolicyAsync(kind))).Succeeded;
}
