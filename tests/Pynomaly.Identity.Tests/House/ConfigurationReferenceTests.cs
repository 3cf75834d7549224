using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>The configuration reference lists every setting that the server reads, and none that it does not.</summary>
public sealed partial class ConfigurationReferenceTests
{
    private const string Reference = "docs/operating/configuration.md";

    [Fact]
    public void Every_setting_is_documented()
    {
        var offences = Settings().Except(Documented());

        Repository.AssertNone(offences, $"Add a row to {Reference}:");
    }

    [Fact]
    public void Every_documented_setting_exists()
    {
        var offences = Documented().Except(Settings()).Where(key => key.StartsWith("Identity:", StringComparison.Ordinal));

        Repository.AssertNone(offences, $"The server refuses these; take them out of {Reference}:");
    }

    [Fact]
    public void The_production_settings_are_accepted()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "appsettings.Production.json"))
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Identity:Issuer"] = "https://id.example.org" }).Build();

        var options = ServerOptions.Read(configuration, Repository.Root);

        Assert.True(options.IsSecure);
    }

    [Fact]
    public void The_production_settings_hold_no_secret()
    {
        var text = Repository.Read("appsettings.Production.json");

        Assert.DoesNotMatch(Secret(), text);
    }

    private static IEnumerable<string> Settings()
    {
        var minimal = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Identity:Issuer"] = "https://id.example.org" }).Build();
        return ServerOptions.ReadWithKeys(minimal, Repository.Root).Keys.Select(key => $"Identity:{key}").Append("ConnectionStrings:Identity");
    }

    private static IEnumerable<string> Documented() => Key().Matches(Repository.Read(Reference)).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"^\| `([\w:]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Key();

    [GeneratedRegex(@"(Password|Secret|Pwd)\s*[=:]", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
