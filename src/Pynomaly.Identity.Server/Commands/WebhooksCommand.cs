using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"webhooks": receivers that are told of audit entries.</summary>
internal static class WebhooksCommand
{
    public static Command Create() => new("webhooks", "Show, make and remove webhooks: addresses that are told of audit entries, signed, in their order.")
    {
        List(), Make(),
        OperationCommand.Create("show", "Show a webhook, how far it was told, and what went wrong last.", OperationCommand.Id("The webhook's id, as webhooks list shows it.")),
        OperationCommand.Create("change", "Change what is named of a webhook; what is not named stays.", OperationCommand.Id("The webhook's id, as webhooks list shows it."), OperationCommand.Text("--name", "What it is for."), OperationCommand.Text("--url", "Where it is told: https.", "URL"),
            OperationCommand.Texts("--event", "All that it is told of from now on; may be given several times.", "NAME")),
        Switch("enable", "Tell a webhook again, from where it stopped.", true), Switch("disable", "Tell a webhook nothing for now. Nothing is lost: it goes on where it stopped.", false), Rotate(), Test(), Remove(),
    };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show the webhooks, how far they were told, and what went wrong last.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await session.Get<Webhooks>().ListAsync(Operator.CommandLine, stop), Row, "There are no webhooks.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Make()
    {
        var url = new Argument<string>("URL") { Description = "Where entries are posted to: https." };
        var name = new Option<string?>("--name") { Description = "What it is for; the host otherwise.", HelpName = "NAME" };
        var events = new Option<string[]>("--event") { Description = "Only this event; may be given several times. Without it all are told.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var json = Options.Json();
        var command = new Command("create", """
            Make a webhook. It is told what is entered from now on. The secret to check its signatures with is shown this once.

            Example:
              Pynomaly.Identity.Server webhooks create https://siem.example.org/hook --event SignInFailed --event SourceBanned
            """)
        { url, name, events, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var address = result.GetValue(url)!;
            var input = new WebhookInput { Url = address, Name = result.GetValue(name) ?? (Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Host : address), Events = result.GetValue(events) ?? [] };
            var (hook, secret) = await session.Get<Webhooks>().CreateAsync(Operator.CommandLine, input, stop);
            Output.Made(result.GetValue(json), ("id", hook.Id), ("secret", secret), $"The webhook {hook.Id} is made.", "Its secret, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Switch(string verb, string description, bool isEnabled) => Act(verb, description, async (webhooks, id, stop) =>
    {
        await webhooks.ChangeAsync(Operator.CommandLine, id, new WebhookInput { IsEnabled = isEnabled }, null, stop);
        return $"The webhook {id} is {(isEnabled ? "enabled" : "disabled")}.";
    });

    private static Command Rotate() => Act("rotate", "Give a webhook a new secret, shown this once. The one before signs beside it for a day.", async (webhooks, id, stop) =>
        $"The new secret, shown this once: {await webhooks.RotateSecretAsync(Operator.CommandLine, id, null, stop)}");

    private static Command Test() => Act("test", "Send a webhook a message of type Test, at once and once.", async (webhooks, id, stop) =>
        await webhooks.TestAsync(Operator.CommandLine, id, stop) is { IsDelivered: false } failed ? throw new ConfigurationException($"It was not taken: {failed.Reason}.") : "It was taken.");

    private static Command Remove() => Act("remove", "Remove a webhook.", async (webhooks, id, stop) =>
    {
        await webhooks.RemoveAsync(Operator.CommandLine, id, null, stop);
        return $"The webhook {id} is removed.";
    });

    private static Command Act(string verb, string description, Func<Webhooks, string, CancellationToken, Task<string>> act)
    {
        var id = new Argument<string>("ID") { Description = "The webhook's id, as webhooks list shows it." };
        var command = new Command(verb, description) { id };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.Tell(result, await act(session.Get<Webhooks>(), result.GetValue(id)!, stop));
            return ExitCodes.Success;
        });
        return command;
    }

    private static (string, object?)[] Row(Webhook hook) =>
    [
        ("id", hook.Id), ("name", hook.Name), ("url", hook.Url), ("events", hook.Events), ("enabled", hook.IsEnabled), ("cursor", hook.Cursor),
        ("failed", hook.FailedCount), ("last_success", hook.LastSuccess), ("last_error", hook.LastError),
    ];
}
