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

    /// <summary>Fills in the form of a new client for people, and sends it.</summary>
    public static async Task MakeClientAsync(this PageVisit visit, string id)
    {
        await visit.Page.FillAsync("#clientname", "Ledger");
        await visit.Page.FillAsync("#redirecturis", "https://ledger.example/back");
        await visit.Page.FillAsync("#clientid", id);
        await visit.ClickAsync("#save-client");
    }
}
