using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/node</c>: Node's own HTTP server and jose.</summary>
public sealed class NodeApi(StrangersFixture strangers) : StrangerApi(strangers)
{
    private static readonly string Directory = Checkout.File("samples/strangers/node");

    internal static async Task<string?> MissingAsync() =>
        Command.Find("node") is null || Command.Find("npm") is null ? "Node.js and npm are not installed" : await NodePackages.InstallAsync(Directory);

    internal static Task<ChildProcess> StartAsync(Uri address, Uri ready, Dictionary<string, string> settings) => ChildProcess.StartOtherAsync(
        Command.Find("node")!, Directory, ready, new Dictionary<string, string>(settings) { ["PORT"] = $"{address.Port}" }, "api.mjs");

    protected override Task<string?> WhyMissingAsync() => MissingAsync();

    private protected override Task<ChildProcess> StartAsync() => StartAsync(Address, new Uri(Address, "health"), Settings);
}
