using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Snippets;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"clients": the applications that may ask for tokens.</summary>
internal static class ClientsCommand
{
    public static Command Create() => new("clients", "Create, change and list clients, and look after their secrets.")
    {
        ClientCreation.Create(), List(), Show(), Change(), Switch("enable", "Let a client be used again."), Switch("disable", "Refuse a client everywhere, and end its grants and tokens."), Delete(),
        RotateSecret(), AddSecret(), EndSecret(),
        OperationCommand.Create("posture", "Show how a client stands against RFC 9700, OAuth 2.1 and FAPI 2.0, with the fix beside each finding. Exits with 1 when one is of high severity; doctor --posture looks at all of them.", OperationCommand.Named("CLIENT_ID", "The client.")), Snippets(),
    };

    /// <summary>What clients change sends to a running server.</summary>
    public static void Fill(ParseResult result, JsonObject body)
    {
        var (changes, _) = Split(result.GetValue<string[]>("FIELD=VALUE")!);
        foreach (var (name, value) in changes) body[name] = value?.DeepClone();
    }

    private static Command List()
    {
        var search = new Option<string?>("--search") { Description = "Only those with this in their identifier or name.", HelpName = "TEXT" };
        var purpose = new Option<string?>("--purpose") { Description = $"Only those of a purpose: {string.Join(", ", ClientPurposes.All)}.", HelpName = "PURPOSE" };
        var disabled = new Option<bool>("--disabled") { Description = "Only those that are disabled." };
        var json = Options.Json();
        var command = new Command("list", "Show the clients. The command clients show tells everything about one, the command export about all.") { search, purpose, disabled, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var filter = new ClientFilter { Search = result.GetValue(search), Purpose = result.GetValue(purpose), IsEnabled = result.GetValue(disabled) ? false : null };
            Output.List(result.GetValue(json), await Parts.AllAsync(after => session.Get<ClientAdministration>().ListAsync(Operator.CommandLine, filter, after, Cursors.Most, stop)),
                client => [("client_id", client.ClientId), ("client_name", client.Name), ("purpose", client.Purpose), ("grant_types", client.GrantTypes),
                    ("auth", client.AuthMethod), ("scope", client.Scope), ("enabled", client.IsEnabled), ("secret_ends", client.SecretEnds), ("updated", client.Updated)],
                "There are no clients. The commands clients create and apply make them.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var clientId = Id();
        var json = Options.Json();
        var command = new Command("show", "Show a client: what it is registered with, its secrets' times, and what would end with it.") { clientId, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var clients = session.Get<ClientAdministration>();
            var client = await clients.GetAsync(Operator.CommandLine, result.GetValue(clientId)!, stop);
            var ends = await clients.WhatEndsAsync(Operator.CommandLine, client.ClientId, stop);
            Output.Facts(result.GetValue(json),
            [
                ("client_id", client.ClientId), ("client_name", client.Name), ("purpose", client.Purpose), ("enabled", client.IsEnabled), ("self_registered", client.IsSelfRegistered), ("created", client.Created),
                ("updated", client.Updated), ("last_used", client.LastUsed), .. ClientView.Of(client), ("secrets", client.Secrets.Select(secret => $"{secret.Id}:{(secret.IsActive ? "active" : "ended")}:{secret.Expires?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "no-end"}")),
                ("grants", ends.IsMore ? $"{ends.Grants}+" : (object)ends.Grants), ("consents", ends.Consents), ("api_keys", ends.ApiKeys),
            ]);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Change()
    {
        var clientId = Id();
        var members = new Argument<string[]>("FIELD=VALUE") { Description = "A field of docs/integrating/clients.md and its value, as JSON or as a plain text; null sets it back.", Arity = ArgumentArity.OneOrMore, HelpName = "FIELD=VALUE..." };
        var command = new Command("change", """
            Change what a client is registered with.

            Examples:
              Pynomaly.Identity.Server clients change web client_name="Our shop" require_second_factor=true
              Pynomaly.Identity.Server clients change web 'redirect_uris=["https://shop.example.org/signin-oidc"]' logo_uri=null
            """)
        { clientId, members };
        command.SetAction(async (result, stop) =>
        {
            var (changes, settings) = Split(result.GetValue(members)!);
            await using var session = await Session.OpenAsync(settings, stop);
            var client = await session.Get<ClientAdministration>().ChangeAsync(Operator.CommandLine, result.GetValue(clientId)!, changes, null, stop);
            Output.Tell(result, $"The client {client.ClientId} is changed.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Switch(string verb, string description) => Act(verb, description, async (session, id, stop) =>
    {
        var clients = session.Get<ClientAdministration>();
        _ = verb == "enable" ? await clients.EnableAsync(Operator.CommandLine, id, null, stop) : await clients.DisableAsync(Operator.CommandLine, id, null, stop);
        return $"The client {id} is {verb}d.";
    });

    private static Command Delete() => Act("delete", "Delete a client with everything that hangs on it: grants, consents, tokens, API keys. clients show tells how many there are.", async (session, id, stop) =>
    {
        var ends = await session.Get<ClientAdministration>().DeleteAsync(Operator.CommandLine, id, null, stop);
        return string.Create(CultureInfo.InvariantCulture, $"The client {id} is deleted. Ended: {ends.Grants} grants of {ends.People} people, {ends.Consents} consents, {ends.ApiKeys} API keys, and all tokens.");
    });

    private static Command RotateSecret()
    {
        var clientId = Id();
        var keep = new Option<string>("--keep")
        {
            Description = "How long the newest old secret goes on, as hours:minutes:seconds; 00:00:00 ends it at once.", DefaultValueFactory = _ => "1.00:00:00", HelpName = "DURATION",
        };
        var json = Options.Json();
        var command = new Command("rotate-secret", """
            Give a client a new secret, shown once. The newest of the old ones goes on for a day, so that the client can be changed over without
            an outage; any others end.

            Examples:
              Pynomaly.Identity.Server clients rotate-secret web
              Pynomaly.Identity.Server clients rotate-secret web --keep 00:00:00
            """)
        { clientId, keep, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            if (!TimeSpan.TryParse(result.GetValue(keep), CultureInfo.InvariantCulture, out var overlap) || overlap < TimeSpan.Zero || overlap > ClientSecrets.LongestOverlap)
                throw new UsageException("--keep takes a duration of at most 90 days, for example 01:00:00 for an hour.");
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var made = await session.Get<ClientSecrets>().RotateAsync(Operator.CommandLine, result.GetValue(clientId)!, overlap, null, stop);
            Output.Made(result.GetValue(json), ("client_id", made.Client.ClientId), ("client_secret", made.Secret), $"The client {made.Client.ClientId} has a new secret.", "The secret, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command AddSecret()
    {
        var clientId = Id();
        var days = new Option<int?>("--days") { Description = "After how many days it ends; without this, never.", HelpName = "NUMBER" };
        var json = Options.Json();
        var command = new Command("add-secret", "Give a client a second secret beside the one it has, shown once. Two count at most.") { clientId, days, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            if (result.GetValue(days) is < 1 or > 3650) throw new UsageException("--days takes a number from 1 to 3650.");
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            DateTimeOffset? ends = result.GetValue(days) is { } number ? session.Get<TimeProvider>().GetUtcNow().AddDays(number) : null;
            var made = await session.Get<ClientSecrets>().AddAsync(Operator.CommandLine, result.GetValue(clientId)!, ends, null, stop);
            Output.Made(result.GetValue(json), ("client_id", made.Client.ClientId), ("client_secret", made.Secret), $"The client {made.Client.ClientId} has a second secret.", "The secret, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command EndSecret()
    {
        var clientId = Id();
        var id = new Argument<string>("ID") { Description = "The id of the secret, as clients show tells it." };
        var command = new Command("end-secret", "End one secret of a client now. What it was used for goes on until it expires; revoke --client ends that too.") { clientId, id };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            await session.Get<ClientSecrets>().EndAsync(Operator.CommandLine, result.GetValue(clientId)!, result.GetValue(id)!, null, stop);
            Output.Tell(result, "The secret has ended.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Snippets()
    {
        var clientId = Id();
        // Of any number, since settings may stand among them.
        var language = new Argument<string[]>("LANGUAGE") { Description = "aspnetcore, node, python, go or curl; without it, all.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("snippets", """
            Show code to copy for a client, with its own name, addresses and scopes. The secret is an environment variable there.

            Example:
              Pynomaly.Identity.Server clients snippets web python
            """)
        { clientId, language };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var wanted = LanguageOf(result);
            await using var session = await Session.OpenAsync(CommandSettings.Of(result), stop);
            var all = await session.Get<ClientSnippets>().ListAsync(Operator.CommandLine, result.GetValue(clientId)!, stop);
            var shown = all.Where(one => wanted is null || one.Id == wanted).ToList();
            if (shown.Count == 0) throw new UsageException($"There is none of that name. Write one of {string.Join(", ", all.Select(one => one.Id))}.");
            foreach (var one in shown) Console.Out.WriteLine($"{(shown.Count > 1 ? $"== {one.Title}\n" : "")}{(one.Install is { } install ? $"{Output.Comment(install)}\n\n" : "")}{one.Code}\n");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The language that "clients snippets" was asked for; null: all.</summary>
    public static string? LanguageOf(ParseResult result)
    {
        var words = CommandSettings.Split(result.GetValue<string[]>("LANGUAGE")).Words;
        return words.Count < 2 ? words.FirstOrDefault() : throw new UsageException("Name one language, or none for all.");
    }

    private static Argument<string> Id() => new("CLIENT_ID") { Description = "The client identifier." };

    private static Command Act(string verb, string description, Func<Session, string, CancellationToken, Task<string>> act)
    {
        var id = Id();
        var command = new Command(verb, description) { id };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.Tell(result, await act(session, result.GetValue(id)!, stop));
            return ExitCodes.Success;
        });
        return command;
    }

    // Settings (--Identity:...) may stand among the fields.
    private static (JsonObject Changes, IReadOnlyList<string> Settings) Split(string[] arguments)
    {
        var changes = new JsonObject();
        var (words, settings) = CommandSettings.Split(arguments);
        foreach (var argument in words)
        {
            if (argument.Split('=', 2) is not [var name, var value]) throw new UsageException($"\"{argument}\" is not understood: write FIELD=VALUE.");
            changes[name] = Parse(value);
        }

        return (changes, settings);
    }

    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }
}
