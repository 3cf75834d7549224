using System.CommandLine;
using System.Globalization;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"api-keys": keys of services and people.</summary>
internal static class ApiKeysCommand
{
    public static Command Create() => new("api-keys", "Show API keys, and make, rotate and revoke those of services. People make theirs on their account's page.") { List(), Make(),
        OperationCommand.Create("show", "Show an API key; the key itself is kept nowhere.", Id()),
        OperationCommand.Create("change", "Change what is named of a key; what is not named stays.", Id(), OperationCommand.Text("--name", "What it is for."), OperationCommand.Texts("--permission", "All that it may do from now on; patterns allowed. May be repeated.", "PERMISSION"),
            OperationCommand.Texts("--from", "All addresses and networks that it may be used from. May be repeated.", "ADDRESS")),
        Rotate(), Revoke() };

    private static Command List()
    {
        var client = new Option<string?>("--client") { Description = "Those of this service.", HelpName = "CLIENT_ID" };
        var user = new Option<string?>("--user") { Description = "Those of this person, by user name or id.", HelpName = "NAME" };
        var search = new Option<string?>("--search") { Description = "Only those whose name or id begins so, in the order of names.", HelpName = "TEXT" };
        var state = new Option<string?>("--state") { Description = "active, expired or revoked.", HelpName = "STATE" };
        var json = Options.Json();
        var command = new Command("list", "Show API keys, the newest first, with their last use. The keys themselves are kept nowhere.") { client, user, search, state, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var filter = new ApiKeyFilter { ClientId = result.GetValue(client), State = result.GetValue(state), Search = result.GetValue(search) };
            if (result.GetValue(user) is { } name) filter = filter with { UserId = await session.Get<People>().FindIdAsync(Operator.CommandLine, name, stop) ?? throw AdministrationException.NotFound($"person \"{name}\"") };
            var (items, after) = (new List<ApiKeySummary>(), (string?)null);
            do
            {
                var page = await session.Get<ApiKeys>().ListAsync(Operator.CommandLine, filter, after, Cursors.Most, stop);
                items.AddRange(page.Items);
                after = page.Next;
            }
            while (after is not null);

            var now = TimeProvider.System.GetUtcNow();
            Output.List(result.GetValue(json), items, key => [("id", key.Id), ("name", key.Name), ("owner", key.Owner), ("state", key.StateAt(now)), ("permissions", key.Permissions),
                ("expires", key.Expires), ("last_used", key.LastUsed), ("from", key.LastUsedAddress)], "There are no API keys.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Make()
    {
        var client = new Argument<string>("CLIENT_ID") { Description = "The service that it is for." };
        var name = new Option<string>("--name") { Description = "What it is for.", Required = true };
        var permissions = new Option<string[]>("--permission") { Description = "What it may do, of what the service may; patterns allowed. May be repeated. All that the service may, when it is left out." };
        var addresses = new Option<string[]>("--from") { Description = "An address or network that it may be used from. May be repeated. From anywhere, when it is left out.", HelpName = "ADDRESS" };
        var lifetime = new Option<string?>("--for") { Description = "How long it lives, as days.hours:minutes:seconds; \"never\" where the settings admit keys that do not end.", HelpName = "DURATION" };
        var json = Options.Json();
        var command = new Command("create", """
            Make a key for a service, shown this once.

            Examples:
              Pynomaly.Identity.Server api-keys create nightly --name "report on host 7" --permission read:results --for 90.00:00:00
              Pynomaly.Identity.Server api-keys create nightly --name backup --from 198.51.100.0/24
            """)
        { client, name, permissions, addresses, lifetime, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var life = result.GetValue(lifetime);
            var draft = new ApiKeyDraft
            {
                Name = result.GetValue(name)!, Permissions = result.GetValue(permissions) ?? [], AllowedAddresses = result.GetValue(addresses) ?? [],
                Lifetime = life is null or "never" ? null : Duration(life, "--for"), NeverExpires = life == "never",
            };
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Say(result.GetValue(json), await session.Get<ApiKeys>().CreateAsync(Operator.CommandLine, new NewApiKey(result.GetValue(client)!, draft), stop), "is made");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Rotate()
    {
        var id = Id();
        var keep = new Option<string>("--keep") { Description = "How long the old key goes on, at most 7 days; 00:00:00 ends it at once.", DefaultValueFactory = _ => "1.00:00:00", HelpName = "DURATION" };
        var json = Options.Json();
        var command = new Command("rotate", "Give a service's key a new secret, shown this once. Tokens made with the old one go on until they expire; revoke the key to end them.") { id, keep, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var overlap = Duration(result.GetValue(keep)!, "--keep");
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Say(result.GetValue(json), await session.Get<ApiKeys>().RotateAsync(Operator.CommandLine, result.GetValue(id)!, overlap, null, stop), "has a new secret");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = Id();
        var json = Options.Json();
        var command = new Command("revoke", "End a key for good, with every token that was made with it. Every node obeys within a second.") { id, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var key = result.GetValue(id)!;
            await session.Get<ApiKeys>().RevokeAsync(Operator.CommandLine, key, null, stop);
            if (result.GetValue(json)) Output.Json(new System.Text.Json.Nodes.JsonObject { ["id"] = key, ["revoked"] = true });
            else Console.Out.WriteLine($"The key {key} is revoked.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The key's id, as api-keys list shows it; not the key." };

    private static TimeSpan Duration(string text, string option) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) ? duration : throw new UsageException($"{option} takes a duration, for example 1.00:00:00 for a day.");

    private static void Say(bool json, MadeApiKey made, string sentence) =>
        Output.Made(json, ("id", made.Summary.Id), ("key", made.Key), $"The key {made.Summary.Id} ({made.Summary.Name}) of {made.Summary.Owner} {sentence}.", "The key, shown this once");
}
