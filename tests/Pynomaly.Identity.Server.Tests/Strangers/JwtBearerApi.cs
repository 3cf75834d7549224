using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/aspnet</c>: ASP.NET Core's own JwtBearer, without our package.</summary>
public sealed class JwtBearerApi(StrangersFixture strangers) : StrangerApi(strangers)
{
    protected override Task<string?> WhyMissingAsync() => Task.FromResult<string?>(null);

    private static readonly string Program = Path.Combine(Path.GetDirectoryName(Checkout.Program("samples/strangers/aspnet"))!, "JwtBearerApi.dll");

    // In its own directory: the framework watches where it is started, with all that lies below.
    internal static Task<ChildProcess> StartAsync(Uri address, Uri ready, Dictionary<string, string> settings) => ChildProcess.StartOtherAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.GetDirectoryName(Program)!, ready,
        new Dictionary<string, string>(settings) { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = address.GetLeftPart(UriPartial.Authority) },
        Program);

    private protected override Task<ChildProcess> StartAsync() => StartAsync(Address, new Uri(Address, "health"), Settings);
}
