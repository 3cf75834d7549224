using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Commands that are more than one operation of the administration API, or whose exit code tells something.</summary>
internal static class ApiRuns
{
    /// <summary>"settings --given".</summary>
    public static bool IsGiven(ParseResult result, JsonObject item) => !result.GetValue<bool>("--given") || (string?)item["source"] != "default";

    /// <summary>"permissions show": who grants it, and who holds it.</summary>
    public static async Task<int> PermissionAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var path = $"/permissions/{Escape(result.GetValue<string>("PERMISSION")!)}";
        var told = (await api.SendAsync(HttpMethod.Get, path, null, null, cancellationToken))!;
        List<(string Kind, string? Name, string Why)> rows =
        [
            .. told["roles"]!.AsArray().Concat(told["clients"]!.AsArray()).Select(one => ((string)one!["kind"]!, (string?)one["source"], (string)one["pattern"]!)),
            .. told["scopes"]!.AsArray().Select(scope => ("scope", (string?)scope, "covers it")),
        ];
        foreach (var person in await AllAsync(api, $"{path}/users", cancellationToken))
            rows.Add(("person", (string?)person["username"], string.Join(", ", person["reasons"]!.AsArray().Select(reason => $"{(string?)reason!["source"]}: {(string?)reason["pattern"]}"))));
        Output.List(result.GetValue<bool>("--json"), rows, row => [("kind", row.Kind), ("name", row.Name), ("why", row.Why)], "Nobody holds it.");
        return ExitCodes.Success;
    }

    /// <summary>"simulate".</summary>
    public static async Task<int> SimulateAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["client_id"] = result.GetValue<string>("--client"), ["resources"] = ApiCommandRunner.Texts(result.GetValue<string[]>("--resource") ?? []) };
        if (result.GetValue<string?>("--user") is { } user) body["user_id"] = await ApiCommandRunner.FindPersonAsync(api, user, cancellationToken);
        if (result.GetValue<string?>("--scope") is { } scope) body["scope"] = scope;
        var told = (await ApiCommandRunner.PostAsync(api, "/simulate", body, cancellationToken))!;
        if ((string?)told["error"] is { } error) throw new ConfigurationException($"{error}: {(string?)told["error_description"]}");
        if (result.GetValue<bool>("--json"))
        {
            Output.Json(told);
            return ExitCodes.Success;
        }

        Output.Json(told["claims"]!);
        Console.Out.WriteLine($"{told["bytes"]} bytes of {told["budget"]}, for {told["lifetime"]} s.");
        Console.Out.WriteLine();
        Output.List(false, told["permissions"]!.AsArray().Select(one => one!.AsObject()).ToList(), one =>
            [("permission", (string?)one["permission"]), ("in", (bool)one["in"]!), ("held", ApiCommandRunner.Reasons(one["held"]!.AsArray()) is { Count: > 0 } held ? string.Join(", ", held) : "no"), ("client", (bool)one["client_may"]!),
                ("covered", one["covered_by"]!.AsArray() is { Count: > 0 } by ? string.Join(' ', by.Select(scope => (string?)scope)) : "no")], null);
        return ExitCodes.Success;
    }

    /// <summary>"clients show": what it is registered with, and what would end with it.</summary>
    public static async Task<int> ClientAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var path = $"/clients/{Escape(result.GetValue<string>("CLIENT_ID")!)}";
        var client = (await api.SendAsync(HttpMethod.Get, path, null, null, cancellationToken))!.AsObject();
        var ends = (await api.SendAsync(HttpMethod.Get, $"{path}/ends", null, null, cancellationToken))!;
        var metadata = client["metadata"]!.AsObject();
        Output.Facts(result.GetValue<bool>("--json"),
        [
            .. client.Where(member => member.Key is not ("metadata" or "secrets" or "name")).Select(member => (member.Key, ApiCommandRunner.Value(member.Value))), ("client_name", ApiCommandRunner.Value(client["name"])),
            .. metadata.Where(member => member.Key != "client_name" && member.Value is not (null or JsonArray { Count: 0 })).Select(member => (member.Key, ApiCommandRunner.Value(member.Value))),
            ("secrets", client["secrets"]!.AsArray().Select(secret => $"{(string?)secret!["id"]}:{((bool)secret["active"]! ? "active" : "ended")}:{((string?)secret["expires"])?[..10] ?? "no-end"}").ToArray()),
            ("grants", (bool)ends["more"]! ? $"{ends["grants"]}+" : (object)(long)ends["grants"]!), ("consents", (long)ends["consents"]!), ("api_keys", (long)ends["api_keys"]!),
        ]);
        return ExitCodes.Success;
    }

    /// <summary>"clients snippets".</summary>
    public static async Task<int> SnippetsAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var wanted = ClientsCommand.LanguageOf(result);
        var all = (await api.SendAsync(HttpMethod.Get, $"/clients/{Escape(result.GetValue<string>("CLIENT_ID")!)}/snippets", null, null, cancellationToken))!["items"]!.AsArray();
        var shown = all.Where(one => wanted is null || (string?)one!["id"] == wanted).ToList();
        if (shown.Count == 0) throw new UsageException($"There is none of that name. Write one of {string.Join(", ", all.Select(one => (string?)one!["id"]))}.");
        foreach (var one in shown) Console.Out.WriteLine($"{(shown.Count > 1 ? $"== {(string?)one!["title"]}\n" : "")}{((string?)one!["install"] is { } install ? $"{Output.Comment(install)}\n\n" : "")}{(string?)one["code"]}\n");
        return ExitCodes.Success;
    }

    /// <summary>"revoke".</summary>
    public static async Task<int> RevokeAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var asked = new[] { "--jti", "--user", "--session", "--client" }.Select(name => (Name: name, Value: result.GetValue<string?>(name))).Where(one => !string.IsNullOrEmpty(one.Value)).ToList();
        if (asked is not [var (name, value)]) throw new UsageException("Name exactly one of --jti, --user, --session and --client.");
        _ = name switch
        {
            "--jti" => await ApiCommandRunner.PostAsync(api, "/revocations", new JsonObject { ["token"] = value }, cancellationToken),
            "--user" => await ApiCommandRunner.PostAsync(api, $"/users/{Escape(await ApiCommandRunner.FindPersonAsync(api, value!, cancellationToken))}/end-sessions", null, cancellationToken),
            "--session" => await api.SendAsync(HttpMethod.Delete, $"/sessions/{Escape(value!)}", null, null, cancellationToken),
            _ => await ApiCommandRunner.PostAsync(api, $"/clients/{Escape(value!)}/end-tokens", null, cancellationToken),
        };
        Output.Tell(result, "Done.");
        return ExitCodes.Success;
    }

    /// <summary>"webhooks test", "receivers test".</summary>
    public static Func<IAdminConnection, ParseResult, CancellationToken, Task<int>> TestAsync(string area) => async (api, result, stop) =>
    {
        var told = (await ApiCommandRunner.PostAsync(api, $"{area}{Escape(result.GetValue<string>("ID")!)}/test", null, stop))!;
        if (!(bool)told["delivered"]!) throw new ConfigurationException($"It was not taken: {(string?)told["reason"]}.");
        Output.Tell(result, "It was taken.");
        return ExitCodes.Success;
    };

    /// <summary>"audit export": as it comes, however long it is.</summary>
    public static async Task<int> ExportAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var query = await ApiCommandRunner.QueryAsync(api, result, cancellationToken, "--output");
        await using Stream to = result.GetValue<FileInfo?>("--output") is { } file ? file.Create() : Console.OpenStandardOutput();
        if (api is RemoteServer remote) await remote.CopyAsync(ApiCommandRunner.With("/audit/export", query), to, cancellationToken);
        else await to.WriteAsync(Encoding.UTF8.GetBytes((string)(await api.SendAsync(HttpMethod.Get, ApiCommandRunner.With("/audit/export", query), null, null, cancellationToken))!), cancellationToken);
        return ExitCodes.Success;
    }

    /// <summary>"audit verify": begins it and waits for what comes of it.</summary>
    public static async Task<int> VerifyAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var run = await VerifiedAsync(api, cancellationToken);
        if (result.GetValue<bool>("--json")) Output.Json(run["result"]!);
        else Say(run["result"]!);
        return (bool)run["result"]!["holds"]! ? ExitCodes.Success : ExitCodes.Broken;
    }

    /// <summary>"audit accept".</summary>
    public static async Task<int> AcceptAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var run = await VerifiedAsync(api, cancellationToken);
        Say(run["result"]!);
        if (!(bool)run["may_accept"]!)
        {
            Console.Out.WriteLine("There is nothing to accept.");
            return (bool)run["result"]!["holds"]! ? ExitCodes.Success : ExitCodes.Broken;
        }

        var accepted = (await ApiCommandRunner.PostAsync(api, "/audit/acceptances", new JsonObject { ["verification"] = (string)run["id"]!, ["reason"] = result.GetValue<string>("--reason") }, cancellationToken))!;
        Output.Tell(result, (long)accepted["through_seal"]! is > 0 and var seal ? string.Create(CultureInfo.InvariantCulture, $"Accepted as it stands, up to seal {seal}.") : "Accepted: the chain goes on from where it was cut.");
        return ExitCodes.Success;
    }

    /// <summary>"audit seals": the newest.</summary>
    public static async Task<int> SealsAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var items = (await api.SendAsync(HttpMethod.Get, "/audit/seals?limit=50", null, null, cancellationToken))!["items"]!.AsArray().Select(one => one!.AsObject()).ToList();
        Output.List(result.GetValue<bool>("--json"), items, seal => [("number", ApiCommandRunner.Value(seal["number"])), ("at", ApiCommandRunner.Value(seal["at"])), ("first", ApiCommandRunner.Value(seal["first_sequence"])),
            ("last", ApiCommandRunner.Value(seal["last_sequence"])), ("entries", ApiCommandRunner.Value(seal["count"])), ("removed", ApiCommandRunner.Value(seal["removed"])), ("hash", ApiCommandRunner.Value(seal["hash"]))], "Nothing is sealed yet.");
        return ExitCodes.Success;
    }

    /// <summary>"audit key": one line, as it is to be kept.</summary>
    public static async Task<int> KeyAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        Console.Out.WriteLine((await api.SendAsync(HttpMethod.Get, "/audit/key", null, null, cancellationToken))!.ToJsonString());
        return ExitCodes.Success;
    }

    /// <summary>"doctor": how the node that answers stands; with --posture, how the clients do.</summary>
    public static async Task<int> DoctorAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var json = result.GetValue<bool>("--json");
        if (!result.GetValue<bool>("--posture"))
        {
            var items = (await api.SendAsync(HttpMethod.Get, "/health", null, null, cancellationToken))!["items"]!.AsArray().Select(one => one!.AsObject()).ToList();
            Output.List(json, items, one => [("state", (string?)one["state"]), ("what", (string?)one["name"]), ("says", (string?)one["says"])], null);
            return items.Any(one => (string?)one["state"] == Finding.Bad) ? ExitCodes.Refused : ExitCodes.Success;
        }

        var path = result.GetValue<string?>("--severity") is { } severity ? ApiCommandRunner.With("/posture", [("severity", severity)]) : "/posture";
        var clients = (await AllAsync(api, path, cancellationToken)).Take(result.GetValue<int?>("--limit") ?? int.MaxValue).ToList();
        if (json) Output.Json(new JsonArray([.. clients.Select(one => one.DeepClone())]));
        else Output.List(false, [.. clients.SelectMany(client => client["findings"]!.AsArray().Select(finding => (Client: (string?)client["client_id"], Finding: finding!)))],
            one => [("client_id", one.Client), ("severity", (string?)one.Finding["severity"]), ("finding", (string?)one.Finding["title"]), ("fix", (string?)one.Finding["fix"])], "No client falls short of anything.");
        var summary = (await api.SendAsync(HttpMethod.Get, "/posture?limit=1", null, null, cancellationToken))!["summary"]!;
        return (long)summary["high"]! > 0 ? ExitCodes.Refused : ExitCodes.Success;
    }

    private static async Task<List<JsonObject>> AllAsync(IAdminConnection api, string path, CancellationToken cancellationToken) => await ApiCommandRunner.ItemsAsync(api, path, [], "items", int.MaxValue, cancellationToken);

    private static async Task<JsonNode> VerifiedAsync(IAdminConnection api, CancellationToken cancellationToken)
    {
        var id = (string)(await ApiCommandRunner.PostAsync(api, "/audit/verifications", null, cancellationToken))!["id"]!;
        for (var last = 0L; ;)
        {
            var run = (await api.SendAsync(HttpMethod.Get, "/audit/verification", null, null, cancellationToken))!;
            if ((string?)run["id"] != id) throw new ConfigurationException("Somebody else began another verification meanwhile; try again.");
            if ((string?)run["state"] == "failed") throw new ConfigurationException("The verification was broken off; the server's log says why.");
            if ((string?)run["state"] == "done") return run;
            if ((long)run["entries"]! is var entries && entries > last) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{last = entries} entries"));
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private static void Say(JsonNode told)
    {
        var findings = told["findings"]!.AsArray();
        foreach (var finding in findings) Console.Out.WriteLine(Output.Printable($"{(string?)finding!["text"]}."));
        if ((long)told["problems"]! - findings.Count is > 0 and var more) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"... and {more} more."));
        Console.Out.WriteLine($"{told["seals"]} seals over {told["entries"]} entries, the last is seal {told["last_seal"]}; {told["unsealed"]} entries wait for a seal.");
        if (told["removed_at"] is { } removed) Console.Out.WriteLine($"Entries up to {told["removed_through"]} were removed on {removed}: their time was over.");
        if ((long)told["erased"]! > 0) Console.Out.WriteLine($"{told["erased"]} entries of deleted accounts have no address or detail any more.");
        if (told["anchored"] is null) Console.Out.WriteLine("The keys directory of that server notes no seal (audit.anchor): a cut of the newest entries could not be seen.");
        foreach (var accepted in told["accepted"]!.AsArray())
            Console.Out.WriteLine(Output.Printable($"Up to entry {accepted!["through_sequence"]} it did not hold in {accepted["problems"]} places, which {(string?)accepted["by"]} accepted on {accepted["at"]}: {(string?)accepted["reason"]}"));
        Console.Out.WriteLine((bool)told["holds"]! ? "The trail holds." : $"The trail does NOT hold: {told["problems"]} findings.");
    }

    private static string Escape(string text) => ApiCommandRunner.Escape(text);
}
