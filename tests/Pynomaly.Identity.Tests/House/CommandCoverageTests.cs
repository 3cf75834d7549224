using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Server.Commands;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>The command line does all that the administration API does, on a running server and beside the database; and what its table says of operations, members and columns is so.</summary>
public sealed partial class CommandCoverageTests(SqliteServer server) : IClassFixture<SqliteServer>
{
    // Commands that were there before the table, with ways of their own.
    private static readonly string[] Elsewhere = ["POST /configuration", "POST /configuration/plan", "GET /configuration", "GET /configuration/drift"];

    private IReadOnlyList<AdminRoute> Routes => server.Services.GetRequiredService<AdminApi>().Routes;

    [Fact]
    public void Every_operation_has_a_command_of_its_own()
    {
        HashSet<string> covered = [.. Elsewhere, .. ApiActs.All.SelectMany(act => act.Also.Prepend($"{act.Method} {act.Path}")).Select(Bare)];

        var without = Routes.Where(route => !covered.Contains(Bare($"{route.Method} {route.Path}"))).Select(route => $"{route.Name}: {route.Method} {route.Path}");

        Repository.AssertNone(without, "No command calls these operations:");
    }

    [Fact]
    public void Every_command_of_the_table_names_an_operation_and_members_and_columns_that_are_there()
    {
        List<string> offences = [];
        var root = CommandLine.Root();
        foreach (var act in ApiActs.All)
        {
            if (Routes.FirstOrDefault(route => Bare($"{route.Method} {route.Path}") == Bare($"{act.Method} {act.Path}")) is not { } route)
            {
                offences.Add($"{act.Command}: no operation {act.Method} {act.Path}");
                continue;
            }

            offences.AddRange(act.Also.Where(also => Routes.All(one => Bare($"{one.Method} {one.Path}") != Bare(also))).Select(also => $"{act.Command}: no operation {also}"));
            var command = act.Command.Split(' ').Aggregate((Command)root, (above, name) => above.Subcommands.Single(one => one.Name == name));
            var (takes, gives) = (Properties(route.Takes), ItemsOf(act, Properties(route.Gives)));
            foreach (var (member, source) in (act.Body ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair[1].Split(':')[0].TrimEnd('+'))))
            {
                if (takes?.ContainsKey(member) is not true) offences.Add($"{act.Command}: {route.Name} takes no {member}");
                if (source[0] != '\'' && command.Arguments.Cast<Symbol>().Concat(command.Options).All(symbol => symbol.Name != source)) offences.Add($"{act.Command}: there is no {source}");
            }

            if (act.Columns is { } columns)
                offences.AddRange(columns.Split(' ').SelectMany(column => column.Split('=')[^1].TrimEnd('#', '?').Split('|')).Where(member => gives?.ContainsKey(member) is not true).Select(member => $"{act.Command}: {route.Name} gives no {member}"));
            if (act.Secret is { } secret && Properties(route.Gives)?.ContainsKey(secret) is not true) offences.Add($"{act.Command}: {route.Name} gives no {secret}");
            if (act.Run is null && !Shown(act)) offences.Add($"{act.Command}: nothing says how its answer is shown");
            offences.AddRange(Regex.Matches(act.Path, @"\{(\w+)\}").Select(place => place.Groups[1].Value).Where(name => command.Arguments.All(argument => argument.Name != name)).Select(name => $"{act.Command}: there is no argument {name}"));
        }

        Repository.AssertNone(offences, "The table of commands and the administration API say different things:");
    }

    [Fact]
    public void Every_command_that_works_on_a_running_server_answers_in_JSON_if_asked()
    {
        var root = CommandLine.Root();

        var offences = ApiActs.All.Where(act => act.Command is not ("audit accept" or "audit export" or "audit key" or "clients snippets"))
            .Where(act => act.Command.Split(' ').Aggregate((Command)root, (above, name) => above.Subcommands.Single(one => one.Name == name)).Options.All(option => option.Name != "--json")).Select(act => act.Command);

        Repository.AssertNone(offences, "Without --json:");
    }

    private static bool Shown(ApiAct act) => act.Columns is not null || act.Shows || act.Done is not null;

    private static JsonObject? Properties(JsonObject? schema) => schema?["properties"] as JsonObject;

    private static JsonObject? ItemsOf(ApiAct act, JsonObject? properties)
    {
        if (act.Columns is null || properties is null) return properties;
        foreach (var part in act.Items.Split('/'))
            if (properties?[part]?["items"]?["properties"] is JsonObject inner) properties = inner;
        if (act.Items.Contains('/', StringComparison.Ordinal) && properties is not null) properties = (JsonObject)properties.DeepClone();
        return properties;
    }

    private static string Bare(string operation) => Place().Replace(operation.Split('?')[0], "{}");

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();
}
