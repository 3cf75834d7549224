using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"import": people, roles, clients and scopes of other systems.</summary>
internal static class ImportCommand
{
    public static Command Create() => new("import", "Bring accounts, roles, clients and scopes in from another system. Nothing that is here already is changed.")
    {
        From(ImportKinds.Pynomaly, "Pynomaly's tables users, roles, user_roles, permissions and role_permissions, as CSV, JSON or a SQLite file."),
        From(ImportKinds.AspNet, "The tables of ASP.NET Core Identity (AspNetUsers and the others), as CSV, JSON or a SQLite file."),
        From(ImportKinds.OpenIddict, "OpenIddict's tables OpenIddictApplications and OpenIddictScopes, as CSV, JSON or a SQLite file."),
        From(ImportKinds.Keycloak, "A realm that Keycloak exported with its users (kc.sh export --users realm_file)."),
        List(),
        OperationCommand.Create("show", "Show an import: how far it came, and what could not be taken or kept.", OperationCommand.Id("The import's id, as import list shows it.")),
        OperationCommand.Create("stop", "Stop an import after the batch that it is at, wherever it runs. It can be resumed.", OperationCommand.Id("The import's id, as import list shows it.")),
    };

    private static Command From(string kind, string what)
    {
        var files = new Argument<string[]>("FILE") { Description = "One file, or one for each table, named after it.", Arity = ArgumentArity.OneOrMore };
        var dry = new Option<bool>("--dry-run") { Description = "Only say what would come in, and what could not be kept." };
        var resume = new Option<bool>("--resume") { Description = "Go on where an import of the same files was left." };
        var roles = new Option<string[]>("--map-role") { Description = "Which role here stands for a role there; nothing after the sign leaves it out. The only way to a role over this server itself.", HelpName = "OLD=NEW", Arity = ArgumentArity.ZeroOrMore };
        var json = Options.Json();
        var command = new Command(kind, $"""
            {what}

            Passwords are kept where their hashes can be verified, and hashed anew when their people sign in. Batches of 500 are entered at
            once; an import that was stopped, however rudely, goes on with --resume. Progress is told on standard error.

            Examples:
              Pynomaly.Identity.Server import {kind} {Example(kind)} --dry-run
              Pynomaly.Identity.Server import {kind} {Example(kind)} --map-role admin=user_manager
            """)
        { files, dry, resume, roles, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var request = new ImportRequest
            {
                Kind = kind, Files = [.. CommandSettings.Split(result.GetValue(files)).Words.Select(ImportFile.At)], IsDryRun = result.GetValue(dry), IsResumed = result.GetValue(resume), Roles = Mapped(result.GetValue(roles) ?? []),
            };
            await using var session = await Session.OpenAsync(CommandSettings.Of(result), stop);
            var outcome = await session.Get<Imports>().RunAsync(Operator.CommandLine, request, new Lines(), stop);
            Say(outcome, result.GetValue(json));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The same on a running server: small files, sent along as texts.</summary>
    public static async Task<int> ThereAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var files = new JsonArray();
        foreach (var path in CommandSettings.Split(result.GetValue<string[]>("FILE")).Words)
        {
            if (new FileInfo(path) is { Exists: true, Length: > ImportRequest.MostSent }) throw new ConfigurationException($"{path} is larger than 8 MB: import it on the server's machine.");
            var file = ImportFile.At(path);
            using var reader = new StreamReader(file.Open());
            var content = await reader.ReadToEndAsync(cancellationToken);
            if (content.Contains('\0', StringComparison.Ordinal)) throw new ConfigurationException($"{path} is no text: import it on the server's machine.");
            files.Add(new JsonObject { ["name"] = file.Name, ["content"] = content });
        }

        var body = new JsonObject
        {
            ["kind"] = result.CommandResult.Command.Name, ["dry_run"] = result.GetValue<bool>("--dry-run"), ["resume"] = result.GetValue<bool>("--resume"), ["files"] = files,
            ["roles"] = new JsonObject(Mapped(result.GetValue<string[]>("--map-role") ?? []).Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        };
        var told = (await ApiCommandRunner.PostAsync(api, "/imports", body, cancellationToken))!;
        var done = new ImportProgress((long)told["position"]!, (long)told["created"]!, (long)told["skipped"]!, (long)told["refused"]!);
        Say(new ImportResult((string?)told["id"], done, ImportReport.Read(told["report"]!.ToJsonString())), result.GetValue<bool>("--json"));
        return ExitCodes.Success;
    }

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show the imports there were, and how far each came.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await Parts.AllAsync(after => session.Get<Imports>().ListAsync(Operator.CommandLine, after, Cursors.Most, stop)),
                import => [("id", import.Id), ("kind", import.Kind), ("state", import.State), ("position", import.Position), ("created", import.Created), ("skipped", import.Skipped), ("refused", import.Refused),
                    ("started", import.Started), ("source", import.Source)], "There were no imports.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Example(string kind) => kind switch
    {
        ImportKinds.Pynomaly => "users.csv roles.csv user_roles.csv",
        ImportKinds.Keycloak => "realm-export.json",
        _ => "app.db",
    };

    private static Dictionary<string, string> Mapped(string[] pairs)
    {
        Dictionary<string, string> roles = new(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            if (pair.LastIndexOf('=') is not (> 0 and var at) || !roles.TryAdd(pair[..at], pair[(at + 1)..])) throw new UsageException($"--map-role takes OLD=NEW, each OLD once, for example analysts=analyst; not \"{pair}\".");
        }

        return roles;
    }

    private static void Say(ImportResult result, bool json)
    {
        var done = result.Progress;
        if (json)
        {
            Output.Json(new JsonObject
            {
                ["id"] = result.Id, ["dry_run"] = result.Id is null, ["position"] = done.Position, ["created"] = done.Created, ["skipped"] = done.Skipped, ["refused"] = done.Refused, ["report"] = result.Report.ToJson(),
            });
            return;
        }

        var culture = CultureInfo.InvariantCulture;
        Console.Out.WriteLine(string.Create(culture, $"{done.Position:N0} records: {done.Created:N0} {(result.Id is null ? "would come" : "came")} in, {done.Skipped:N0} are here already or not meant to come, {done.Refused:N0} refused."));
        if (result.Report.Made.Count > 0) Console.Out.WriteLine(string.Join(", ", result.Report.Made.Select(made => string.Create(culture, $"{made.Key} {made.Value:N0}"))));
        foreach (var note in result.Report.Notes)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine(string.Create(culture, $"{(note.IsRefusal ? "Refused" : "Note")}, {note.Count:N0}: {note.Sentence}."));
            foreach (var place in note.Examples) Console.Out.WriteLine($"  {place}");
            if (note.Count > note.Examples.Count) Console.Out.WriteLine("  ...");
        }
    }

    /// <summary>Progress, a line every few seconds.</summary>
    private sealed class Lines : IProgress<ImportProgress>
    {
        private long _last = long.MinValue;

        public void Report(ImportProgress value)
        {
            if (_last != long.MinValue && Environment.TickCount64 - _last < 2000) return;
            _last = Environment.TickCount64;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Position:N0} records are through: {value.Created:N0} new, {value.Skipped:N0} skipped, {value.Refused:N0} refused"));
        }
    }
}
