using System.CommandLine;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration.Api;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"api": calls any operation of the administration API, of a running server or beside the database.</summary>
internal static class ApiCommand
{
    private const int MostParts = 10_000;
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static Command Create()
    {
        var words = new Argument<string[]>("OPERATION") { Description = "An operation's name, or METHOD PATH, and its parameters as name=value.", Arity = ArgumentArity.ZeroOrMore };
        var (server, token, json) = (Options.Server(), Options.Token(), Options.Json());
        var body = new Option<string>("--body") { Description = "The file with the JSON to send; - is standard input.", HelpName = "FILE" };
        var version = new Option<string>("--if-match") { Description = "Only when it still has this version, which an answer's ETag told.", HelpName = "VERSION" };
        var all = new Option<bool>("--all") { Description = "All parts of a list, one after the other." };
        var command = new Command("api", """
            Call an operation of the administration API: of a running server with --server, and without it on this machine's database. Without
            an operation: show all of them.

            The token for a server is named by --token, or asked for with the client in PYNOMALY_CLIENT_ID and PYNOMALY_CLIENT_SECRET. Whoever stands
            behind it may do what their permissions say. A POST that gets no answer is sent again and done once.

            Examples:
              Pynomaly.Identity.Server api
              Pynomaly.Identity.Server api getStatistics by=day
              Pynomaly.Identity.Server api listUsers search=ada --server https://id.example.org --token env:TOKEN
              Pynomaly.Identity.Server api GET /users/0199aaaa-0000-7000-8000-000000000001 --server https://id.example.org --token -
              Pynomaly.Identity.Server api createUser --body user.json --server https://id.example.org --json
            """)
        { words, server, token, body, version, all, json };
        command.SetAction(async (result, stop) =>
        {
            var (parts, settings) = CommandSettings.Split(result.GetValue(words));
            string[] asked = [.. parts];
            if (result.GetValue(server) is not null) CommandSettings.Check(settings);
            if (asked.Length == 0)
            {
                Output.List(result.GetValue(json), await OperationsAsync(result.GetValue(server), settings, stop), one => [("operation", one.Name), ("method", one.Method), ("path", one.Path), ("permission", one.Permission), ("does", one.Summary)], null);
                return ExitCodes.Success;
            }

            using var far = result.GetValue(server) is { } address ? await RemoteServer.OpenAsync(address, result.GetValue(token), stop) : null;
            await using var near = far is null ? await LocalServer.OpenAsync(settings, stop) : null;
            var remote = (IAdminConnection?)far ?? near!;
            var (method, path) = await RequestAsync(result.GetValue(server), asked, settings, stop);
            var content = result.GetValue(body) is { } file ? await ReadAsync(file, stop) : null;
            var answer = await remote.SendAsync(method, path, content, result.GetValue(version), stop);
            for (var part = 1; result.GetValue(all) && part < MostParts && (string?)(answer as JsonObject)?["next"] is { } next; part++)
            {
                var more = (JsonObject)(await remote.SendAsync(method, With(path, "after", next), null, null, stop))!;
                foreach (var item in more["items"]!.AsArray().ToArray()) answer!["items"]!.AsArray().Add(item?.DeepClone());
                if (more["next"] is null) answer!.AsObject().Remove("next");
                else answer!["next"] = more["next"]!.DeepClone();
            }

            Output.Answer(result.GetValue(json), answer);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<(HttpMethod Method, string Path)> RequestAsync(string? server, string[] words, IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        if (Methods.Contains(words[0].ToUpperInvariant()))
        {
            if (words.Length < 2 || !words[1].StartsWith('/')) throw new UsageException($"{words[0]} wants a path below the API's, for example {words[0]} /users.");
            return (new HttpMethod(words[0].ToUpperInvariant()), Whole(Fill(words[1], words[2..])));
        }

        var operation = (await OperationsAsync(server, settings, cancellationToken)).Find(one => one.Name == words[0])
            ?? throw new UsageException($"There is no operation \"{words[0]}\"; api alone shows all of them.");
        return (new HttpMethod(operation.Method), Fill(operation.Path, words[1..]));
    }

    private static async Task<List<Operation>> OperationsAsync(string? server, IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        if (server is null)
        {
            await using var session = Session.Create(settings);
            return [.. session.Get<AdminApi>().Routes.Select(route => new Operation(route.Name, route.Method, route.Path, route.Permission, route.Summary))];
        }

        using var remote = RemoteServer.Look(server); // everybody may see them
        var document = (await remote.SendAsync(HttpMethod.Get, "/openapi.json", null, null, cancellationToken))!;
        return
        [
            .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Where(one => one.Key != "parameters").Select(one => new Operation(
                (string)one.Value!["operationId"]!, one.Key.ToUpperInvariant(), path.Key[Protocol.Paths.AdminApi.Length..], (string?)one.Value["x-permission"], (string?)one.Value["summary"]))),
        ];
    }

    // What a reader of an address would fold leads to another operation than the one that is written.
    private static string Whole(string path) => path.Contains('\\', StringComparison.Ordinal) || path.Split('?')[0][1..].Split('/').Any(segment => Uri.UnescapeDataString(segment) is "" or "." or "..")
        ? throw new UsageException($"{path} has an empty part or a dot segment: write the path as it is meant.")
        : path;

    // Parts of the path by name; what is no part of it goes into the query.
    private static string Fill(string path, string[] parameters)
    {
        foreach (var parameter in parameters)
        {
            if (parameter.IndexOf('=', StringComparison.Ordinal) is var at && at <= 0) throw new UsageException($"\"{parameter}\" is no parameter: write name=value.");
            var (name, value) = (parameter[..at], parameter[(at + 1)..]);
            path = path.Contains($"{{{name}}}", StringComparison.Ordinal) ? path.Replace($"{{{name}}}", ApiCommandRunner.Escape(value), StringComparison.Ordinal) : With(path, name, value);
        }

        return path.Contains('{', StringComparison.Ordinal) ? throw new UsageException($"{path}: write what stands in braces as name=value.") : path;
    }

    private static string With(string path, string name, string value) => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (file != "-") return await File.ReadAllBytesAsync(file, cancellationToken);
            using var content = new MemoryStream();
            await Console.OpenStandardInput().CopyToAsync(content, cancellationToken);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Protocol.ConfigurationException($"--body: the file {file} cannot be read: {e.Message}");
        }
    }

    private sealed record Operation(string Name, string Method, string Path, string? Permission, string? Summary);
}
