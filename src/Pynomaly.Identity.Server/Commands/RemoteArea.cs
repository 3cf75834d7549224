using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Commands of the areas that a running server does as well: with --server they call its administration API, with its rules and in the caller's name, and answer as they do beside the database.</summary>
internal static class RemoteArea
{
    private const int MostParts = 10_000;
    private const string Person = "USERNAME";

    private static readonly RemoteAct[] Acts =
    [
        new("users list", HttpMethod.Get, "/users") { Columns = "username email roles second_factor disabled created id", Empty = "There are none such." },
        new("users disable", HttpMethod.Post, $"/users/{{{Person}}}/disable") { Done = "The account {0} is disabled." },
        new("users enable", HttpMethod.Post, $"/users/{{{Person}}}/enable") { Done = "The account {0} is enabled." },
        new("users unlock", HttpMethod.Post, $"/users/{{{Person}}}/unlock") { Done = "The account {0} is unlocked." },
        new("users end-sessions", HttpMethod.Post, $"/users/{{{Person}}}/end-sessions") { Done = "The account {0} is signed out everywhere." },
        new("users delete", HttpMethod.Delete, $"/users/{{{Person}}}") { Done = "The account {0} is refused from now on, and deleted." },
        new("roles assign", HttpMethod.Put, $"/users/{{{Person}}}/roles/{{ROLE}}") { Done = "{0} has the role {1} now." },
        new("roles unassign", HttpMethod.Delete, $"/users/{{{Person}}}/roles/{{ROLE}}") { Done = "{0} no longer has the role {1}." },
        new("clients list", HttpMethod.Get, "/clients")
        {
            Columns = "client_id client_name=name purpose grant_types auth=token_endpoint_auth_method scope enabled secret_ends updated", Empty = "There are no clients. The commands clients create and apply make them.",
        },
        new("clients enable", HttpMethod.Post, "/clients/{CLIENT_ID}/enable") { Done = "The client {0} is enabled." },
        new("clients disable", HttpMethod.Post, "/clients/{CLIENT_ID}/disable") { Done = "The client {0} is disabled." },
        new("clients delete", HttpMethod.Delete, "/clients/{CLIENT_ID}") { Done = "The client {0} is deleted." },
        new("scopes list", HttpMethod.Get, "/scopes") { Columns = "name display_name resources permissions clients standard", Empty = "There are no scopes." },
        new("api-keys list", HttpMethod.Get, "/api-keys") { Columns = "id name owner state permissions expires last_used from=last_used_address", Empty = "There are no API keys." },
        new("api-keys revoke", HttpMethod.Delete, "/api-keys/{ID}") { Done = "The key {0} is revoked, and its tokens have ended." },
        new("webhooks list", HttpMethod.Get, "/webhooks") { Columns = "id name url events enabled cursor failed=failed_count last_success last_error", Empty = "There are no webhooks." },
        new("webhooks remove", HttpMethod.Delete, "/webhooks/{ID}") { Done = "The webhook {0} is removed." },
        new("revocations list", HttpMethod.Get, "/revocations") { Columns = "kind subject issued_before created expires", Empty = "The list is empty." },
        new("sessions list", HttpMethod.Get, "/sessions") { Columns = "sid=id user=username state acr address created last_seen expires", Empty = "There are no sessions." },
        new("sessions end", HttpMethod.Delete, "/sessions/{SID}") { Done = "The session has ended." },
        new("grants list", HttpMethod.Get, "/grants") { Columns = "id user=username client_id scopes offline state created last_used", Empty = "There are no grants." },
        new("grants end", HttpMethod.Delete, "/grants/{ID}") { Done = "The grant has ended." },
        new("bans list", HttpMethod.Get, "/bans") { Columns = "source reason round created until", Empty = "Nobody is banned." },
        new("bans remove", HttpMethod.Delete, "/bans/{ADDRESS}") { Done = "{0} is no longer banned." },
    ];

    /// <summary>Gives the commands their options, and a second way to be run.</summary>
    public static RootCommand Extend(RootCommand root)
    {
        foreach (var act in Acts)
        {
            var command = act.Command.Split(' ').Aggregate((Command)root, (above, name) => above.Subcommands.Single(one => one.Name == name));
            var (server, token, here) = (Options.Server(), Options.Token(), (AsynchronousCommandLineAction)command.Action!);
            command.Add(server);
            command.Add(token);
            command.SetAction(async (result, stop) =>
            {
                if (result.GetValue(server) is not { } address) return await here.InvokeAsync(result, stop);
                CommandSettings.Check(result.UnmatchedTokens);
                using var remote = await RemoteServer.OpenAsync(address, result.GetValue(token), stop);
                return await RunAsync(remote, act, result, stop);
            });
        }

        return root;
    }

    private static async Task<int> RunAsync(RemoteServer remote, RemoteAct act, ParseResult result, CancellationToken cancellationToken)
    {
        var command = result.CommandResult.Command;
        var path = act.Path;
        List<string> asked = [];
        foreach (var argument in command.Arguments.Select(argument => (argument.Name, Value: result.GetResult(argument)!.Tokens[0].Value)).OrderByDescending(argument => argument.Name == Person))
        {
            asked.Add(argument.Value);
            var value = argument.Name == Person ? await FindPersonAsync(remote, argument.Value, cancellationToken) : argument.Value;
            var place = path.Contains($"{{{argument.Name}}}", StringComparison.Ordinal) ? $"{{{argument.Name}}}" : "{ROLE}"; // the other argument of roles
            path = path.Replace(place, Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        var query = await QueryAsync(remote, command, result, cancellationToken);
        var json = IsSet(result, command, "--json");
        if (act.Columns is not { } columns)
        {
            var answer = await remote.SendAsync(act.Method, With(path, query), null, null, cancellationToken);
            if (json) Output.Json(answer ?? new JsonObject());
            else Console.Out.WriteLine(string.Format(CultureInfo.InvariantCulture, act.Done!, [.. asked]));
            return ExitCodes.Success;
        }

        var limit = command.Options.OfType<Option<int>>().FirstOrDefault(option => option.Name == "--limit") is { } most ? result.GetValue(most) : int.MaxValue;
        var items = new List<JsonObject>();
        for (var (part, next) = (0, (string?)null); part < MostParts && items.Count < limit; part++)
        {
            var answer = (JsonObject)(await remote.SendAsync(HttpMethod.Get, With(path, next is null ? query : [.. query, ("after", next)]), null, null, cancellationToken))!;
            items.AddRange(answer["items"]!.AsArray().Select(item => item!.AsObject()));
            if ((next = (string?)answer["next"]) is null) break;
        }

        var names = columns.Split(' ').Select(column => column.Split('=')).Select(column => (Name: column[0], Member: column[^1])).ToArray();
        Output.List(json, items.Take(limit).ToList(), item => [.. names.Select(name => (name.Name, Value(item[name.Member])))], act.Empty);
        return ExitCodes.Success;
    }

    // Options that narrow a list, or say how an act is done, are parameters of the same name; a switch that is off says nothing.
    private static async Task<List<(string Name, string Value)>> QueryAsync(RemoteServer remote, Command command, ParseResult result, CancellationToken cancellationToken)
    {
        List<(string, string)> query = [];
        foreach (var option in command.Options.Where(option => option.Name is not ("--server" or "--token" or "--json" or "--limit") && result.GetResult(option) is { Implicit: false }))
        {
            if (option is Option<bool> flag && !result.GetValue(flag)) continue;
            var value = result.GetResult(option)!.Tokens is [var token, ..] ? token.Value : "true";
            query.Add(option.Name switch
            {
                "--user" => ("user_id", await FindPersonAsync(remote, value, cancellationToken)),
                "--client" => ("client_id", value),
                "--disabled" when command.Parents.Any(area => area.Name == "clients") => ("enabled", "false"),
                var name => (name.TrimStart('-').Replace('-', '_'), value),
            });
        }

        return query;
    }

    private static async Task<string> FindPersonAsync(RemoteServer remote, string asked, CancellationToken cancellationToken)
    {
        var found = (await remote.SendAsync(HttpMethod.Get, With("/users", [("search", asked), ("limit", "200")]), null, null, cancellationToken))!["items"]!.AsArray();
        if (found.FirstOrDefault(one => string.Equals((string?)one!["username"], asked, StringComparison.OrdinalIgnoreCase)) is { } named) return (string)named["id"]!;
        try
        {
            return (string)(await remote.SendAsync(HttpMethod.Get, $"/users/{Uri.EscapeDataString(asked)}", null, null, cancellationToken))!["id"]!;
        }
        catch (ConfigurationException)
        {
            throw new ConfigurationException($"There is no account \"{asked}\". The command users list names them.");
        }
    }

    private static object? Value(JsonNode? node) => node switch
    {
        null => null,
        JsonArray array => array.Select(one => one?.ToString() ?? "").ToArray(),
        _ when node.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => node.GetValue<bool>(),
        _ when node.GetValueKind() == System.Text.Json.JsonValueKind.Number => node.GetValue<long>(),
        _ when DateTimeOffset.TryParseExact(node.ToString(), ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => node.ToString(),
    };

    private static bool IsSet(ParseResult result, Command command, string name) => command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == name) is { } option && result.GetValue(option);

    private static string With(string path, List<(string Name, string Value)> query) =>
        query.Count == 0 ? path : $"{path}?{string.Join('&', query.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"))}";

    private sealed record RemoteAct(string Command, HttpMethod Method, string Path)
    {
        public string? Columns { get; init; }

        public string? Empty { get; init; }

        public string? Done { get; init; }
    }
}
