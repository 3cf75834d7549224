using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"receivers": who is told of security events by push.</summary>
internal static class ReceiversCommand
{
    public static Command Create() => new("receivers", "Show, make and remove receivers of security events: told by push, at once and in order, when a session ends or a role or credential changes.")
    {
        List(), Make(),
        OperationCommand.Create("show", "Show a receiver, how far it was told, and what went wrong last.", OperationCommand.Id("The receiver's id, as receivers list shows it.")),
        OperationCommand.Create("change", "Change what is named of a receiver; what is not named stays.", OperationCommand.Id("The receiver's id, as receivers list shows it."), OperationCommand.Text("--name", "What it is for."), OperationCommand.Text("--url", "Where it is told: https.", "URL"),
            OperationCommand.Texts("--event", "All that it is told of from now on; may be given several times.", "NAME"), OperationCommand.Text("--audience", "Whom the events are for (aud)."), OperationCommand.Text("--credential", "The Authorization header that it wants, as env:NAME or file:PATH.", "REFERENCE")),
        Switch("enable", "Tell a receiver again, from where it stopped.", true),
        Switch("disable", "Tell a receiver nothing for now. What happens meanwhile is told later, if not more than a week.", false), Test(), Remove(),
    };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show the receivers, how far they were told, and what went wrong last.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await session.Get<EventReceivers>().ListAsync(Operator.CommandLine, stop), Row, "There are no receivers.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Make()
    {
        var url = new Argument<string>("URL") { Description = "Where events are posted to: https." };
        var name = new Option<string?>("--name") { Description = "What it is for; the host otherwise.", HelpName = "NAME" };
        var audience = new Option<string?>("--audience") { Description = "Whom the events are for (aud); the address otherwise.", HelpName = "TEXT" };
        var credential = new Option<string?>("--credential") { Description = "The Authorization header that it wants, as env:NAME or file:PATH.", HelpName = "REFERENCE" };
        var events = new Option<string[]>("--event") { Description = "Only this type: session-revoked, token-claims-change or credential-change; may be given several times.", HelpName = "TYPE", AllowMultipleArgumentsPerToken = false };
        var json = Options.Json();
        var command = new Command("create", """
            Make a receiver. It is told what happens from now on.

            Example:
              Pynomaly.Identity.Server receivers create https://api.example.org/events --audience https://api.example.org --credential env:PUSH_TOKEN
            """)
        { url, name, audience, credential, events, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var address = result.GetValue(url)!;
            var made = await session.Get<EventReceivers>().CreateAsync(Operator.CommandLine, new EventReceiverInput
            {
                Url = address, Name = result.GetValue(name) ?? (Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Host : address), Audience = result.GetValue(audience),
                Credential = result.GetValue(credential) is { } reference ? CredentialOf(reference) : null, Events = result.GetValue(events) ?? [],
            }, stop);
            Output.List(result.GetValue(json), [made], Row, "");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>What a reference names: not the credential as it is, since arguments stand in the list of processes and in the shell's memory.</summary>
    public static string CredentialOf(string reference)
    {
        if (reference.StartsWith("env:", StringComparison.Ordinal)) return Environment.GetEnvironmentVariable(reference[4..]) ?? throw new UsageException($"There is no environment variable {reference[4..]}.");
        if (reference.StartsWith("file:", StringComparison.Ordinal) && File.Exists(reference[5..])) return File.ReadAllText(reference[5..]).Trim();
        throw new UsageException("Write --credential as env:NAME or file:PATH.");
    }

    private static Command Switch(string verb, string description, bool isEnabled) => Act(verb, description, async (receivers, id, stop) =>
    {
        await receivers.ChangeAsync(Operator.CommandLine, id, new EventReceiverInput { IsEnabled = isEnabled }, null, stop);
        return $"The receiver {id} is {(isEnabled ? "enabled" : "disabled")}.";
    });

    private static Command Test() => Act("test", "Send a receiver a verification event, at once and once.", async (receivers, id, stop) =>
        await receivers.TestAsync(Operator.CommandLine, id, stop) is { IsDelivered: false } failed ? throw new ConfigurationException($"It was not taken: {failed.Reason}.") : "It was taken.");

    private static Command Remove() => Act("remove", "Remove a receiver.", async (receivers, id, stop) =>
    {
        await receivers.RemoveAsync(Operator.CommandLine, id, null, stop);
        return $"The receiver {id} is removed.";
    });

    private static Command Act(string verb, string description, Func<EventReceivers, string, CancellationToken, Task<string>> act)
    {
        var id = new Argument<string>("ID") { Description = "The receiver's id, as receivers list shows it." };
        var command = new Command(verb, description) { id };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.Tell(result, await act(session.Get<EventReceivers>(), result.GetValue(id)!, stop));
            return ExitCodes.Success;
        });
        return command;
    }

    private static (string, object?)[] Row(EventReceiver receiver) =>
    [
        ("id", receiver.Id), ("name", receiver.Name), ("url", receiver.Url), ("audience", receiver.Audience), ("events", receiver.Events), ("enabled", receiver.IsEnabled), ("cursor", receiver.Cursor),
        ("failed", receiver.FailedCount), ("last_success", receiver.LastSuccess), ("last_error", receiver.LastError),
    ];
}
