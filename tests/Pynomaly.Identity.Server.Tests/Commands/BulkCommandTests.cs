using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Server.Commands;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>Commands that take any number of words: what was done when they break off, and settings among the words.</summary>
public sealed class BulkCommandTests : IDisposable
{
    private readonly Executable _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task What_was_done_is_told_though_a_later_part_fails()
    {
        var parts = 0;
        var (address, builder) = ($"http://127.0.0.1:{Ports.Free()}", WebApplication.CreateSlimBuilder());
        builder.WebHost.UseUrls(address);
        await using var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            var name = context.Request.Query["search"].ToString();
            JsonObject answer;
            if (context.Request.Method == "GET") answer = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["username"] = name, ["id"] = $"id-{name}" }) };
            else if (Interlocked.Increment(ref parts) == 2) (context.Response.StatusCode, answer) = (500, new JsonObject { ["error"] = "server_error", ["detail"] = "It broke" });
            else
            {
                var body = (await JsonNode.ParseAsync(context.Request.Body))!;
                answer = new JsonObject { ["outcomes"] = new JsonArray([.. body["ids"]!.AsArray().Select(id => (JsonNode)new JsonObject { ["id"] = (string)id!, ["done"] = true })]) };
            }

            await context.Response.WriteAsync(answer.ToJsonString());
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        var file = _command.Write("names.txt", string.Join('\n', Enumerable.Range(0, 205).Select(i => $"p{i:000}")));

        var outcome = await _command.RunAsync(new Dictionary<string, string> { ["T"] = "token" }, null, "users", "bulk", "disable", "--file", file, "--json", "--server", address, "--token", "env:T");

        var told = JsonNode.Parse(outcome.Output)!.AsArray();
        Assert.Equal((1, 2), (outcome.Code, parts));
        Assert.Contains("It broke", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 205).Select(i => $"p{i:000}"), told.Select(one => (string)one!["username"]!));
        Assert.Equal(
            [.. Enumerable.Repeat<string?>(null, 100), .. Enumerable.Repeat("no_answer", 100), .. Enumerable.Repeat("not_reached", 5)],
            told.Select(one => (string?)one!["problem"]));
        Assert.Equal(100, told.Count(one => (bool?)one!["done"] is true));
    }

    [Fact]
    public async Task Settings_among_the_words_are_settings()
    {
        var without = new Dictionary<string, string> { ["Identity__Issuer"] = "no address" };

        var expanded = await _command.RunAsync(without, null, "roles", "expand", "read:*", "--Identity:Issuer", "http://localhost:5080", "view:audit", "--environment", "Production", "--json");
        var unknown = await _command.RunAsync(without, null, "users", "bulk", "disable", "--environment", "Production", "nobody", "--Identity:Issuer=http://localhost:5080");
        var planned = await _command.RunAsync(without, null, "plan", _command.Write("roles.json", """{ "roles": [] }"""), "--Identity:Issuer", "http://localhost:5080");
        var nonsense = await _command.RunAsync("roles", "expand", "read:*", "--nonsense");

        Assert.True((expanded.Code, planned.Code, nonsense.Code) == (0, 0, 2), $"{expanded}\n{planned}\n{nonsense}");
        Assert.Equal(["read:*", "view:audit"], JsonNode.Parse(expanded.Output)!.AsArray().Select(one => (string?)one!["pattern"]));
        Assert.Contains("there is no account \"nobody\".", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_keeps_its_value()
    {
        var (words, settings) = CommandSettings.Split(["a", "--environment", "Production", "b", "--Identity:Issuer=https://id.example", "c=1", "--urls", "--Identity:X", "x", "d"]);

        Assert.Equal(["a", "b", "c=1", "d"], words);
        Assert.Equal(["--environment", "Production", "--Identity:Issuer=https://id.example", "--urls", "--Identity:X", "x"], settings);
    }
}
