using System.Text.RegularExpressions;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A server of its own that sends mail into a folder, and the page that shows the mails.</summary>
internal sealed partial class Mailbox : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pynomaly-mails-").FullName;

    private Mailbox((string Key, string Value)[] settings) =>
        Server = new PageServer([("environment", "Development"), ("Identity:Mail:Delivery", "Folder"), ("Identity:Mail:Folder", _folder), .. settings]);

    public PageServer Server { get; }

    public static async Task<Mailbox> StartAsync(params (string Key, string Value)[] settings)
    {
        var mailbox = new Mailbox(settings);
        await mailbox.Server.InitializeAsync();
        return mailbox;
    }

    /// <summary>The newest link to the page, once its mail has come: delivery runs beside the request that wrote it.</summary>
    public static async Task<string> LinkAsync(PageVisit visit, string page)
    {
        string? found = null;
        await Until.TrueAsync(async () =>
        {
            await visit.GoAsync("/dev/mail");
            found = Link().Matches(await visit.Page.InnerTextAsync("main")).FirstOrDefault(link => link.Groups[1].Value == page)?.Value;
            return found is not null;
        }, $"a mail with a link to {page} comes");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"http://localhost:\d+(/[a-z-]+)\?token=\S+")]
    private static partial Regex Link();
}
