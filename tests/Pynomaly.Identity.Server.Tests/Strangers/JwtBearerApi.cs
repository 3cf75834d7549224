using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/aspnet</c>: ASP.NET Core's own JwtBearer, without our package.</summary>
public sealed class JwtBearerApi(StrangersFixture strangers) : StrangerApi(strangers)
{
    protected override Task<string?> WhyMissingAsync() => Task.FromResult<string?>(null);

    private protected override Task<ChildProcess> StartAsync() => ChildProcess.StartOtherAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.GetTempPath(), new Uri(Address, "health"),
        new Dictionary<string, string>(Settings) { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority) },
        Path.Combine(Path.GetDirectoryName(Checkout.Program("samples/strangers/aspnet"))!, "JwtBearerApi.dll"));
}
