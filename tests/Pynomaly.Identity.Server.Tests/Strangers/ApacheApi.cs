using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/apache/resource-server.conf</c>: Apache asks the server for each token.</summary>
public sealed class ApacheApi(StrangersFixture strangers) : StrangerApi(strangers)
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("pynomaly-apache-");

    internal override string Output => Apache.Log(_home);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _home.Delete(recursive: true);
    }

    protected override Task<string?> WhyMissingAsync() => Task.FromResult(Apache.WhyMissing);

    private protected override async Task<ChildProcess> StartAsync()
    {
        var pages = _home.CreateSubdirectory("www");
        await File.WriteAllTextAsync(Path.Combine(pages.FullName, "detectors"), """["pump-vibration"] for <!--#echo var="HTTP_X_REMOTE_USER" -->""");
        await File.WriteAllTextAsync(Path.Combine(pages.FullName, "Detectors"), """["pump-vibration"]""");
        await File.WriteAllTextAsync(Path.Combine(pages.FullName, "health"), "ready");
        return await Apache.StartAsync("resource-server.conf", _home, Address, new Uri(Address, "health"), new(Settings)
        {
            ["CLIENT_ID"] = "stranger-api",
            ["CLIENT_SECRET"] = Strangers.ApiSecret,
            ["PASSPHRASE"] = Strangers.ApiSecret,
        });
    }
}
