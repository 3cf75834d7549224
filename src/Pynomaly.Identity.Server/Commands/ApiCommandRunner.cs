using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Runs a line of <see cref="ApiActs"/>: calls the operation with what the command line says, and shows its answer as a table, as members, as a sentence or as JSON.</summary>
internal static partial class ApiCommandRunner
{
    private const string Person = "USERNAME";
    private static readonly string[] Ours = ["--server", "--token", "--json", "--limit", "--given"];

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(IAdminConnection api, ApiAct act, ParseResult result, CancellationToken cancellationToken)
    {
        if (act.Run is not null) return await act.Run(api, result, cancellationToken);
        var command = result.CommandResult.Command;
        var (path, asked) = await PathAsync(api, act, result, cancellationToken);
        var json = IsSet(result, "--json");
        var method = new HttpMethod(act.Method);
        var body = act.Body is null && act.Fill is null ? null : BodyOf(act, result);
        if (body is { Count: 0 } && act.Method == "PATCH") throw new UsageException("Name what is to change.");
        if (act is { Columns: { } columns, Method: "GET" })
        {
            var limit = command.Options.OfType<Option<int>>().FirstOrDefault(option => option.Name == "--limit") is { } most ? result.GetValue(most) : int.MaxValue;
            var parts = PartsAsync(api, path, await QueryAsync(api, result, cancellationToken), act.Items, limit, item => act.Keep?.Invoke(result, item) ?? true, cancellationToken);
            if (!json || !act.IsWhole)
            {
                var names = Names(columns);
                await Output.ListAsync(json, parts, item => [.. names.Select(name => (name.Name, Cell(item, name.Member)))], act.Empty);
                return ExitCodes.Success;
            }

            List<JsonObject> items = [];
            await foreach (var part in parts) items.AddRange(part);
            return Show(act, json, columns, items);
        }

        var query = act.Method is "GET" or "DELETE" ? await QueryAsync(api, result, cancellationToken) : [];
        var answer = await api.SendAsync(method, With(path, query), body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()), null, cancellationToken);
        if (act.Columns is { } shown) return Show(act, json, shown, answer?[act.Items] is JsonArray several ? [.. several.Select(one => one!.AsObject())] : [answer!.AsObject()]);
        if (act.Shows && json) Output.Json(answer!);
        else if (act.Shows) Output.Facts(false, [.. answer!.AsObject().Select(member => (member.Key, Value(member.Value)))]);
        else if (act.Secret is { } secret) Output.Made(json, (act.Made, (string?)answer?[act.Made] ?? asked[0]), (secret, (string?)answer?[secret]), Sentence(act, asked, answer), act.SecretSays);
        else Output.Tell(result, Sentence(act, asked, answer));
        return ExitCodes.Success;
    }

    /// <summary>All items of a list, as far as the limit.</summary>
    public static async Task<List<JsonObject>> ItemsAsync(IAdminConnection api, string path, List<(string Name, string Value)> query, string where, int limit, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        await foreach (var part in PartsAsync(api, path, query, where, limit, _ => true, cancellationToken)) items.AddRange(part);
        return items;
    }

    // Part after part, none of them kept: a list may have a million items.
    private static async IAsyncEnumerable<IReadOnlyList<JsonObject>> PartsAsync(
        IAdminConnection api, string path, List<(string Name, string Value)> query, string where, int limit, Func<JsonObject, bool> keep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query = [.. query, ("limit", Math.Clamp(limit, 1, Cursors.Most).ToString(CultureInfo.InvariantCulture))];
        var left = limit;
        string? next = null;
        do
        {
            var answer = (JsonObject)(await api.SendAsync(HttpMethod.Get, With(path, next is null ? query : [.. query, ("after", next)]), null, null, cancellationToken))!;
            var items = where.Split('/') is [var outer, var inner] ? answer[outer]!.AsArray().SelectMany(group => group![inner]!.AsArray()) : answer[where]!.AsArray();
            List<JsonObject> part = [.. items.Select(item => item!.AsObject()).Where(keep).Take(left)];
            left -= part.Count;
            yield return part;
            next = (string?)answer["next"];
        }
        while (next is not null && left > 0);
    }

    /// <summary>Posts.</summary>
    public static Task<JsonNode?> PostAsync(IAdminConnection api, string path, JsonObject? body, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, path, body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()), null, cancellationToken);

    /// <summary>The id of the account with this name, or this id.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static async Task<string> FindPersonAsync(IAdminConnection api, string asked, CancellationToken cancellationToken) =>
        await TryFindPersonAsync(api, asked, cancellationToken) ?? throw new ConfigurationException($"There is no account \"{asked}\". The command users list names them.");

    /// <summary>The same; null: there is none.</summary>
    public static async Task<string?> TryFindPersonAsync(IAdminConnection api, string asked, CancellationToken cancellationToken)
    {
        var found = (await api.SendAsync(HttpMethod.Get, With("/users", [("search", asked), ("limit", "200")]), null, null, cancellationToken))!["items"]!.AsArray();
        return (string?)found.FirstOrDefault(one => string.Equals((string?)one!["username"], asked, StringComparison.OrdinalIgnoreCase) || (string?)one["id"] == asked)?["id"];
    }

    // Options that narrow a list, or say how an act is done, are parameters of the same name; a switch that is off says nothing.
    /// <summary>What the options say, as parameters.</summary>
    public static async Task<List<(string Name, string Value)>> QueryAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken, params string[] without)
    {
        List<(string, string)> query = [];
        var command = result.CommandResult.Command;
        var area = command.Parents.OfType<Command>().FirstOrDefault()?.Name;
        foreach (var option in command.Options.Where(option => !Ours.Contains(option.Name) && !without.Contains(option.Name) && result.GetResult(option) is { Implicit: false }))
        {
            if (option is Option<bool> flag && !result.GetValue(flag)) continue;
            var value = result.GetResult(option)!.Tokens is [var token, ..] ? token.Value : "true";
            query.Add(option.Name switch
            {
                "--user" when area != "audit" => ("user_id", await FindPersonAsync(api, value, cancellationToken)),
                "--client" when area != "audit" => ("client_id", value),
                "--disabled" when area == "clients" => ("enabled", "false"),
                var name => (name.TrimStart('-').Replace('-', '_'), value),
            });
        }

        return query;
    }

    /// <summary>A name as one segment of a path. A dot segment cannot be written as a name: every reader of an address takes it out, and another operation would be called (RFC 3986 §5.2.4).</summary>
    /// <exception cref="UsageException">It is empty, or a dot segment.</exception>
    public static string Escape(string name) => name is "" or "." or ".." ? throw new UsageException($"\"{name}\" is no name of anything.") : Uri.EscapeDataString(name);

    /// <summary>A path with parameters.</summary>
    public static string With(string path, List<(string Name, string Value)> query) =>
        query.Count == 0 ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{string.Join('&', query.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"))}";

    /// <summary>Texts as JSON.</summary>
    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    /// <summary>Reasons in words.</summary>
    public static List<string> Reasons(JsonArray reasons) => [.. reasons.Select(reason => $"{(string?)reason!["kind"]} {(string?)reason["source"]}: {(string?)reason["pattern"]}")];

    /// <summary>A value for a table.</summary>
    public static object? Value(JsonNode? node) => node switch
    {
        null => null,
        JsonArray { Count: > 0 } array when array.All(one => one is JsonObject item && item.ContainsKey("pattern") && item.ContainsKey("source")) => Reasons(array).ToArray(),
        JsonArray array => array.Select(one => one is JsonObject item ? item.ToJsonString() : one?.ToString() ?? "").ToArray(),
        JsonObject item => item.ToJsonString(),
        _ when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
        _ when node.GetValueKind() == JsonValueKind.Number => node.AsValue().TryGetValue<long>(out var number) ? number : (long)node.GetValue<int>(),
        _ when DateTimeOffset.TryParseExact(node.ToString(), ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => node.ToString(),
    };

    private static async Task<(string Path, List<string> Asked)> PathAsync(IAdminConnection api, ApiAct act, ParseResult result, CancellationToken cancellationToken)
    {
        var path = act.Path;
        List<string> asked = [];
        foreach (var argument in result.CommandResult.Command.Arguments)
        {
            if (result.GetResult(argument) is not { Tokens: [var token, ..] }) continue;
            asked.Add(token.Value);
            if (!path.Contains($"{{{argument.Name}}}", StringComparison.Ordinal)) continue;
            var value = argument.Name == Person ? await FindPersonAsync(api, token.Value, cancellationToken) : token.Value;
            path = path.Replace($"{{{argument.Name}}}", Escape(value), StringComparison.Ordinal);
        }

        return (path, asked);
    }

    private static JsonObject BodyOf(ApiAct act, ParseResult result)
    {
        var body = new JsonObject();
        foreach (var member in (act.Body ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, source) = (member[..member.IndexOf('=', StringComparison.Ordinal)], member[(member.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if (source[0] == '\'') body[name] = source.Trim('\'');
            else if (source.EndsWith(":seconds", StringComparison.Ordinal)) body[name] = (long)ApiBodies.Duration(source[..^8], result.GetValue<string>(source[..^8])!).TotalSeconds;
            else if (Given(result, source.TrimEnd('+')) is { } value) body[name] = value;
            else if (source[^1] == '+') body[name] = new JsonArray();
        }

        act.Fill?.Invoke(result, body);
        return body;
    }

    // What was said on the command line; what was not stays out of the body.
    private static JsonNode? Given(ParseResult result, string name)
    {
        var command = result.CommandResult.Command;
        if (!name.StartsWith('-')) return result.GetResult(command.Arguments.Single(argument => argument.Name == name))!.Tokens[0].Value;
        var option = command.Options.Single(option => option.Name == name);
        if (result.GetResult(option) is not { Implicit: false } given) return null;
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        if (type == typeof(bool)) return given.Tokens is not [var flag, ..] || bool.Parse(flag.Value);
        return type == typeof(string[]) ? Texts(given.Tokens.Select(token => token.Value)) : given.Tokens[0].Value;
    }

    private static int Show(ApiAct act, bool json, string columns, List<JsonObject> items)
    {
        if (json && act.IsWhole)
        {
            Output.Json(new JsonArray([.. items.Select(item => item.DeepClone())]));
            return ExitCodes.Success;
        }

        var names = Names(columns);
        Output.List(json, items, item => [.. names.Select(name => (name.Name, Cell(item, name.Member)))], act.Empty);
        return ExitCodes.Success;
    }

    private static (string Name, string Member)[] Names(string columns) => [.. columns.Split(' ').Select(column => column.Split('=')).Select(column => (column[0], column[^1]))];

    // "grants#": how many; "reasons?": whether there are any.
    private static object? Cell(JsonObject item, string member) => member[^1] switch
    {
        '#' => item[member[..^1]]!.AsArray().Count,
        '?' => item[member[..^1]]!.AsArray().Count > 0,
        _ => Value(member.Split('|').Select(one => item[one]).FirstOrDefault(one => one is not null)),
    };

    private static string Sentence(ApiAct act, List<string> asked, JsonNode? answer) => Place().Replace(act.Done!, place =>
        int.TryParse(place.Groups[1].Value, CultureInfo.InvariantCulture, out var number) ? asked[number] : answer?[place.Groups[1].Value]?.ToString() ?? "");

    private static bool IsSet(ParseResult result, string name) => result.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == name) is { } option && result.GetValue(option);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Place();
}
