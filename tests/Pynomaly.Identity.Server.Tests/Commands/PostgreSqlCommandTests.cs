using System.Text.Json;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>The commands of an operator on PostgreSQL, by the real executable: an installation's life in one go.</summary>
public sealed class PostgreSqlCommandTests : IDisposable
{
    private const string Configuration = """
        {
          "scopes": [ { "name": "orders", "resources": ["https://orders.example"] } ],
          "applications": [ { "client_id": "web", "client_secret": "env:WEB_SECRET", "redirect_uris": ["https://web.example/cb"], "scope": "openid orders" } ],
          "users": [ { "username": "ada", "email": "ada@example.org", "password": "correct horse battery staple", "roles": ["viewer"] } ]
        }
        """;

    private readonly Executable _server = new();
    private Dictionary<string, string> _environment = [];

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Migrate_apply_list_rotate_revoke_export_and_the_doctor_work()
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        _environment = new()
        {
            ["Identity__Database__Provider"] = "PostgreSql", ["Identity__Database__MigrateAtStart"] = "false",
            ["ConnectionStrings__Identity"] = await PostgreSqlCluster.CreateDatabaseAsync(), ["WEB_SECRET"] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
        };
        var file = _server.Write("all.json", Configuration);

        Assert.Contains("migrat", (await FailAsync("apply", file)).Error, StringComparison.OrdinalIgnoreCase);
        await RunAsync("migrate");
        Assert.Contains("create user ada", await RunAsync("apply", file), StringComparison.Ordinal);
        Assert.StartsWith("0 changes", await RunAsync("apply", file), StringComparison.Ordinal);
        Assert.Equal("ada", JsonDocument.Parse(await RunAsync("users", "list", "--json")).RootElement[0].GetProperty("username").GetString());
        await RunAsync("clients", "rotate-secret", "web", "--json");
        await RunAsync("keys", "rotate");
        Assert.True(JsonDocument.Parse(await RunAsync("keys", "list", "--json")).RootElement.GetArrayLength() >= 3);
        await RunAsync("revoke", "--user", "ada");
        await RunAsync("users", "disable", "ada");
        Assert.Contains("\"web\"", await RunAsync("export"), StringComparison.Ordinal);
        Assert.Contains("PostgreSQL answers", (await _server.RunAsync(_environment, null, "doctor")).Output, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var outcome = await _server.RunAsync(_environment, null, arguments);
        Assert.True(outcome.Code == 0, $"{string.Join(' ', arguments)}: {outcome.Output}{outcome.Error}");
        return outcome.Output;
    }

    private async Task<Executable.Outcome> FailAsync(params string[] arguments)
    {
        var outcome = await _server.RunAsync(_environment, null, arguments);
        Assert.NotEqual(0, outcome.Code);
        return outcome;
    }
}
