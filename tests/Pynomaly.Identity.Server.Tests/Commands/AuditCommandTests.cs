using System.Text.Json;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>The audit trail at a terminal.</summary>
public sealed class AuditCommandTests(Executable executable) : IClassFixture<Executable>
{
    [Fact]
    public async Task The_trail_is_listed_exported_and_verified_at_the_terminal()
    {
        var banned = await executable.RunAsync("bans", "add", "203.0.113.7");
        Assert.True(banned.Code == 0, banned.Error);

        var list = await executable.RunAsync("audit", "list", "--event", "BanAdded", "--json");
        Assert.Equal("203.0.113.7", Assert.Single(JsonElement.Parse(list.Output).EnumerateArray()).GetProperty("detail").GetProperty("source").GetString());
        var export = await executable.RunAsync("audit", "export", "--format", "csv", "--event", "BanAdded");
        Assert.Contains("203.0.113.7", export.Output, StringComparison.Ordinal);
        Assert.Contains("AuditExported", (await executable.RunAsync("audit", "list", "--actor", "cli")).Output, StringComparison.Ordinal);
        Assert.Equal("EC", JsonElement.Parse((await executable.RunAsync("audit", "key")).Output).GetProperty("kty").GetString());
        var verified = await executable.RunAsync("audit", "verify", "--json");
        Assert.Equal(0, verified.Code);
        Assert.True(JsonElement.Parse(verified.Output).GetProperty("holds").GetBoolean());
        Assert.NotEqual(0, JsonElement.Parse(verified.Output).GetProperty("unsealed").GetInt64()); // no server has run yet
        Assert.Equal(1, (await executable.RunAsync("audit", "list", "--outcome", "perhaps")).Code);
        Assert.Equal(1, (await executable.RunAsync("webhooks", "create", "https://10.0.0.1/hook")).Code);
    }
}
