using System.CommandLine;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"users bulk": one act on many accounts, each for itself and with its own outcome.</summary>
internal static class BulkCommand
{
    private const string Names = "USERNAME";
    private const int AtOnce = 100;

    public static Command Create() => new("bulk", "Do the same to many accounts: those that are named, or one a line in a file. What is refused for one is done to the others all the same; exit code 1 tells that there was such a one, and the table who; where it breaks off, the table tells what was done and who was not reached.")
    {
        Act("disable", "Refuse the accounts everywhere, and end their sessions, grants and tokens at once."),
        Act("enable", "Let the accounts be used again."),
        Act("end-sessions", "End all sessions, grants and tokens of the people."),
        Act("assign-role", "Give the people a role.", OperationCommand.Named("ROLE", "The role's name.")),
        Act("unassign-role", "Take a role from the people.", OperationCommand.Named("ROLE", "The role's name.")),
    };

    /// <summary>Runs it: all names are found before anything is done.</summary>
    public static async Task<int> RunAsync(IAdminConnection api, string path, ParseResult result, CancellationToken cancellationToken)
    {
        var asked = await AskedAsync(result, cancellationToken);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal); // by id, what it was named
        List<string> unknown = [];
        foreach (var name in asked)
        {
            if (await ApiCommandRunner.TryFindPersonAsync(api, name, cancellationToken) is { } id) ids.TryAdd(id, name);
            else unknown.Add(name);
        }

        if (unknown.Count > 0) throw new ConfigurationException($"Nothing was done: there is no account {string.Join(", ", unknown.Select(name => $"\"{name}\""))}. The command users list names them.");
        List<JsonNode> outcomes = [];
        foreach (var part in ids.Keys.Chunk(AtOnce))
        {
            var body = new JsonObject { ["ids"] = ApiCommandRunner.Texts(part) };
            if (result.CommandResult.Command.Arguments.Any(argument => argument.Name == "ROLE")) body["role"] = result.GetValue<string>("ROLE");
            try
            {
                outcomes.AddRange((await ApiCommandRunner.PostAsync(api, path, body, cancellationToken))!["outcomes"]!.AsArray().Select(one => one!));
            }
            catch when (outcomes.Count > 0)
            {
                // What was done is done: it is told before the reason, and so is who is still to be acted on.
                var sent = part.ToHashSet(StringComparer.Ordinal);
                Tell(result, ids, [.. outcomes, .. ids.Keys.Skip(outcomes.Count).Select(id => NotDone(id, sent.Contains(id) ? "no_answer" : "not_reached"))]);
                throw;
            }
        }

        Tell(result, ids, outcomes);
        return outcomes.All(one => (bool)one["done"]!) ? ExitCodes.Success : ExitCodes.Refused;
    }

    private static void Tell(ParseResult result, Dictionary<string, string> ids, List<JsonNode> outcomes) => Output.List(result.GetValue<bool>("--json"), outcomes,
        one => [("username", ids[(string)one["id"]!]), ("done", (bool?)one["done"]), ("problem", (string?)one["problem"]), ("why", (string?)one["detail"]), ("id", (string?)one["id"])], null);

    // Of a part without an answer nobody knows what was done.
    private static JsonObject NotDone(string id, string problem) => new()
    {
        ["id"] = id, ["done"] = problem == "no_answer" ? null : false, ["problem"] = problem,
        ["detail"] = problem == "no_answer" ? "The server did not answer for it; see what stands before you ask again" : "It was not tried",
    };

    private static Command Act(string verb, string description, params Argument[] before)
    {
        var command = new Command(verb, description) { TreatUnmatchedTokensAsErrors = false };
        foreach (var argument in before) command.Add(argument);
        command.Add(new Argument<string[]>(Names) { Description = "User names, or accounts' ids.", Arity = ArgumentArity.ZeroOrMore });
        command.Add(new Option<string?>("--file") { Description = "A file with one name or id a line; - is standard input.", HelpName = "FILE" });
        command.Add(Options.Json());
        command.SetAction(async (result, stop) =>
        {
            await using var server = await LocalServer.OpenAsync(CommandSettings.Of(result), stop);
            return await RunAsync(server, $"/users/bulk/{verb}", result, stop);
        });
        return command;
    }

    private static async Task<List<string>> AskedAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var names = CommandSettings.Split(result.GetValue<string[]>(Names)).Words;
        if (result.GetValue<string?>("--file") is { } file)
        {
            try
            {
                var text = file == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
                names.AddRange(text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"--file: the file {file} cannot be read: {e.Message}");
            }
        }

        return names.Count > 0 ? names.Distinct(StringComparer.Ordinal).ToList() : throw new UsageException("Name the people, or a file that does with --file.");
    }
}
