using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>What is done on more than one page of the console, in one line each.</summary>
internal static class ConsoleWalk
{
    /// <summary>Opens the question before an act, and says yes.</summary>
    public static async Task AskAsync(this PageVisit visit, string act)
    {
        await visit.Page.ClickAsync($"[popovertarget=ask-{act}]");
        await visit.ClickAsync($"#{act}");
    }

    /// <summary>Verifies the whole trail, and waits until that is done.</summary>
    public static async Task VerifyTrailAsync(this PageVisit visit)
    {
        await visit.GoAsync("/admin/audit/seals");
        await visit.ClickAsync("#verify");
        await visit.WaitForVerificationAsync();
    }

    /// <summary>Waits until a verification that runs has ended.</summary>
    public static Task WaitForVerificationAsync(this PageVisit visit) => visit.GoUntilAsync("/admin/audit/seals", "document.querySelector('#verifying') === null");

    /// <summary>Alters an entry that is sealed, past the server.</summary>
    public static async Task BreakTrailAsync(this PageServer server, CancellationToken cancellationToken) => await Until.TrueAsync(
        async () => await server.Services.GetRequiredService<Database>().WriteAsync((sql, stop) => sql.ExecuteAsync(
            "UPDATE audit_events SET actor = 'nobody' WHERE sequence = (SELECT MAX(last_sequence) FROM audit_seals)", stop), cancellationToken) == 1, "an entry is sealed");

    /// <summary>Fills in the form of a new client for people, and sends it.</summary>
    public static async Task MakeClientAsync(this PageVisit visit, string id)
    {
        await visit.Page.FillAsync("#clientname", "Ledger");
        await visit.Page.FillAsync("#redirecturis", "https://ledger.example/back");
        await visit.Page.FillAsync("#clientid", id);
        await visit.ClickAsync("#save-client");
    }
}
