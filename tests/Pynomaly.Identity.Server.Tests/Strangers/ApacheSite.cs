using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/apache/relying-party.conf</c>: a site of static pages that people sign in to.</summary>
public sealed class ApacheSite(StrangersFixture strangers) : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("pynomaly-apache-");
    private ChildProcess? _apache;

    internal string Output => Apache.Log(_home);

    public async ValueTask InitializeAsync()
    {
        if (Apache.WhyMissing is not null) return;
        var site = strangers.Site.Address;
        var pages = _home.CreateSubdirectory("www");
        await File.WriteAllTextAsync(Path.Combine(pages.FullName, "index.shtml"), $"""
            <!doctype html><title>Private</title><h1>Hello <!--#echo var="OIDC_CLAIM_name" --></h1>
            <a id="out" href="/signed-in?logout={Uri.EscapeDataString($"{site}signed-out")}">Sign out</a>
            """);
        await File.WriteAllTextAsync(Path.Combine(pages.FullName, "signed-out"), "Until next time");
        _apache = await Apache.StartAsync("relying-party.conf", _home, site, new Uri(site, "signed-out"), new()
        {
            ["ISSUER"] = strangers.Issuer,
            ["SITE"] = site.GetLeftPart(UriPartial.Authority),
            ["CLIENT_ID"] = "stranger-site",
            ["CLIENT_SECRET"] = strangers.Site.Secret,
            ["PASSPHRASE"] = strangers.Site.Secret,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_apache is not null)
        {
            _apache.Terminate();
            await Task.WhenAny(_apache.EndAsync(), Task.Delay(TimeSpan.FromSeconds(5)));
            await _apache.DisposeAsync();
        }

        _home.Delete(recursive: true);
    }
}
