using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/node</c>: Node's own HTTP server and jose.</summary>
public sealed class NodeApi(StrangersFixture strangers) : StrangerApi(strangers)
{
    private static readonly string Directory = Checkout.File("samples/strangers/node");

    protected override async Task<string?> WhyMissingAsync() => Command.Find("node") is null || Command.Find("npm") is null ? "Node.js and npm are not installed" : await NodePackages.InstallAsync(Directory);

    private protected override Task<ChildProcess> StartAsync() => ChildProcess.StartOtherAsync(
        Command.Find("node")!, Directory, new Uri(Address, "health"), new Dictionary<string, string>(Settings) { ["PORT"] = $"{Address.Port}" }, "api.mjs");
}
