using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Imports in the console: what would come of it is shown before anything is entered, and what was shown is what comes.</summary>
public sealed class ConsoleImportTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    private readonly string _tag = Guid.NewGuid().ToString("N")[..8];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_is_looked_at_then_imported_and_its_report_stands_on_its_page(bool hasScript)
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/imports", hasScript);
        await visit.ClickAsync("#new-import");
        await visit.ClickAsync("#try");
        Assert.Contains("at least one", await visit.Page.InnerTextAsync("#files-error"), StringComparison.Ordinal);
        await visit.Page.SetInputFilesAsync("#files", File("users.csv", $"username,password_hash\ngrace-{_tag},\nalan-{_tag},\nno name \u0001,"));
        await visit.ClickAsync("#try");
        Assert.Contains("2", await visit.Page.InnerTextAsync("#import-figures"), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("[data-note=password_none]").CountAsync());
        if (hasScript) await visit.AssertUsableInEachColourAsync();
        Assert.Equal(0, await PeopleAsync());

        await visit.ClickAsync("#import");
        var path = visit.Path();
        await visit.GoUntilAsync(path, "document.querySelector('#import-state').textContent === 'Done'");
        Assert.Equal(2, await PeopleAsync());
        Assert.Equal(1, await visit.Page.Locator("[data-note=password_none]").CountAsync());
        if (hasScript) await visit.AssertUsableInEachColourAsync();
        await visit.GoAsync("/admin/imports");
        Assert.True(await visit.Page.Locator("#imports .badge-done").CountAsync() > 0);
    }

    [Fact]
    public async Task What_was_left_is_gone_on_with_from_the_same_file_and_nothing_twice()
    {
        var content = $"username,password_hash\n{string.Join('\n', Enumerable.Range(0, 700).Select(number => $"left-{_tag}-{number},"))}";
        var request = new ImportRequest { Kind = ImportKinds.Pynomaly, Files = [ImportFile.Of("users.csv", System.Text.Encoding.UTF8.GetBytes(content))] };
        var imports = staff.Server.Services.GetRequiredService<Imports>();
        var begun = await imports.BeginAsync(Operator.CommandLine, request, Stop);
        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => begun.RunAsync(new Cut(cut), cut.Token));

        await using var visit = await staff.OpenAsync("owner", $"/admin/imports/{begun.Id}");
        Assert.Contains("500", await visit.Page.InnerTextAsync("#can-go-on"), StringComparison.Ordinal);
        await visit.AssertUsableInEachColourAsync();
        await visit.ClickAsync("#go-on");
        await visit.Page.SetInputFilesAsync("#files", File("users.csv", content));
        await visit.ClickAsync("#try");
        Assert.Contains("500", await visit.Page.InnerTextAsync("#left"), StringComparison.Ordinal);
        await visit.ClickAsync("#import");
        Assert.Equal($"/admin/imports/{begun.Id}", visit.Path());
        await Until.TrueAsync(async () => (await imports.GetAsync(Operator.CommandLine, begun.Id, Stop)).State == "done", "the import is done");
        Assert.Equal((700L, 700L), await imports.GetAsync(Operator.CommandLine, begun.Id, Stop) is var done ? (done.Position, done.Created) : default);
    }

    [Fact]
    public async Task What_is_too_large_or_no_table_is_told_beside_the_field_and_a_form_of_another_person_does_nothing()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/imports/new");
        await visit.Page.SetInputFilesAsync("#files", new FilePayload { Name = "users.csv", MimeType = "text/csv", Buffer = new byte[ImportRequest.MostSent + 1] });
        await visit.ClickAsync("#try");
        Assert.Contains("8 MB", await visit.Page.InnerTextAsync("#files-error"), StringComparison.Ordinal);
        await visit.Page.SetInputFilesAsync("#files", File("users.json", "{ nonsense"));
        await visit.ClickAsync("#try");
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#files-error"));
        await visit.Page.SetInputFilesAsync("#files", File("users.csv", $"username\neve-{_tag}"));
        await visit.ClickAsync("#try");
        var carried = await visit.Page.InputValueAsync("[name=carried]");

        var other = await staff.Server.AddPersonAsync(WithApp.Yes, "owner");
        await using var elsewhere = await staff.Server.SignedInAsync(other);
        await elsewhere.GoAsync("/admin/imports/new");
        await elsewhere.Page.SetInputFilesAsync("#files", File("users.csv", $"username\nmallory-{_tag}"));
        await elsewhere.ClickAsync("#try");
        await elsewhere.Page.EvaluateAsync("text => document.querySelector('[name=carried]').value = text", carried);
        await elsewhere.ClickAsync("#import");
        Assert.Contains("again", await elsewhere.Page.InnerTextAsync("#files-error"), StringComparison.Ordinal);
        Assert.Equal(0, await PeopleAsync());
    }

    private static FilePayload File(string name, string content) => new() { Name = name, MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(content) };

    private async Task<int> PeopleAsync()
    {
        await using var context = staff.Server.Services.GetRequiredService<Storage.ContextFactory>().CreateDbContext();
        return context.Users.Count(user => user.UserName != null && user.UserName.EndsWith($"-{_tag}"));
    }

    private sealed class Cut(CancellationTokenSource source) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => source.Cancel();
    }
}
