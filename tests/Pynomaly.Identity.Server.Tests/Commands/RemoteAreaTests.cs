using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>What a command asks of a running server: as much as it would read of the database, and what its options say.</summary>
public sealed class RemoteAreaTests : IAsyncLifetime
{
    private readonly Executable _command = new();
    private readonly List<string> _asked = [];
    private readonly string _address = $"http://127.0.0.1:{Ports.Free()}";
    private WebApplication? _app;

    // A list without an end, in parts of a hundred.
    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(_address);
        _app = builder.Build();
        _app.Run(context =>
        {
            lock (_asked) _asked.Add($"{context.Request.Path}{context.Request.QueryString}");
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(new JsonObject { ["items"] = new JsonArray([.. Enumerable.Range(0, 100).Select(number => (JsonNode)new JsonObject { ["id"] = $"{number}" })]), ["next"] = "on" }.ToJsonString());
        });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _command.Dispose();
        if (_app is not null) await _app.DisposeAsync();
    }

    [Theory]
    [InlineData(200, 2)]
    [InlineData(150, 2, "--limit", "150")]
    [InlineData(7, 1, "--limit", "7")]
    public async Task A_list_is_read_as_far_as_its_limit_also_where_none_is_given(int items, int parts, params string[] options)
    {
        var list = await ListAsync(["sessions", "list", "--json", .. options]);

        Assert.Equal(items, JsonNode.Parse(list.Output)!.AsArray().Count);
        Assert.Equal(parts, _asked.Count);
    }

    [Fact]
    public async Task A_switch_that_is_off_asks_for_nothing()
    {
        await ListAsync(["sessions", "list", "--all", "false", "--json", "false", "--limit", "1"]);
        await ListAsync(["sessions", "list", "--all", "--limit", "1"]);

        Assert.Equal(["/api/admin/v1/sessions?limit=1", "/api/admin/v1/sessions?all=true&limit=1"], _asked);
    }

    private async Task<Executable.Outcome> ListAsync(string[] words)
    {
        var list = await _command.RunAsync(new Dictionary<string, string> { ["T"] = "token" }, null, [.. words, "--server", _address, "--token", "env:T"]);
        Assert.True(list.Code == 0, list.ToString());
        return list;
    }
}
