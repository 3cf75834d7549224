using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>What the console shows is what the other tests of this folder run.</summary>
public sealed class SnippetPageTests(PageServer server, ConsoleStaff staff) : IClassFixture<ConsoleStaff>, IDisposable
{
    private static readonly string[] Languages = ["aspnetcore", "node", "python", "go", "curl"];
    private readonly SnippetStage _stage = new(server);

    [Fact]
    public async Task The_page_shows_the_code_that_runs()
    {
        var client = await _stage.MakeForPeopleAsync(ClientPurposes.Web, "https://app.test/callback/here");

        await using var visit = await staff.OpenAsync("client_manager", $"/admin/clients/{client.Id}/integrate");

        foreach (var language in Languages) Assert.Equal((await _stage.SnippetAsync(client.Id, language)).Code, await visit.Page.TextContentAsync($"#code-{language}"));
    }

    /// <summary>Pictures of the code for each purpose, for people to look at. Not part of a run: see docs/contributing.</summary>
    [Fact(Explicit = true)]
    public async Task The_code_for_each_purpose_has_its_picture_taken()
    {
        var folder = Environment.GetEnvironmentVariable("PAGE_PICTURES");
        Assert.SkipWhen(folder is null, "Name the folder in PAGE_PICTURES.");
        foreach (var purpose in ClientPurposes.All)
        {
            var client = purpose switch
            {
                ClientPurposes.Service => await _stage.MakeServiceAsync("read:results"),
                ClientPurposes.Resource => await _stage.MakeAsync(purpose, new() { ["resources"] = new System.Text.Json.Nodes.JsonArray(SnippetStage.Api) }),
                ClientPurposes.Native => await _stage.MakeForPeopleAsync(purpose, "com.example.app:/callback"),
                _ => await _stage.MakeForPeopleAsync(purpose, "https://app.test/callback/here"),
            };
            await using var visit = await staff.OpenAsync("owner", $"/admin/clients/{client.Id}/integrate");
            await visit.Page.EvaluateAsync("document.querySelectorAll('main details').forEach(one => { one.removeAttribute('name'); one.open = true; })");
            await new Camera(folder!).ShootAsync(visit, $"integrate-{purpose}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stage.Dispose();
}
