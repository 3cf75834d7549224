using System.CommandLine;
using System.CommandLine.Invocation;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Commands of the areas that a running server does as well: with --server they call its administration API, with its rules and in the caller's name, and answer as they do beside the database.</summary>
internal static class RemoteArea
{
    /// <summary>Gives the commands their options, and a second way to be run. Those that have no way of their own run the operation itself, beside the database too.</summary>
    public static RootCommand Extend(RootCommand root)
    {
        foreach (var act in ApiActs.All)
        {
            var command = act.Command.Split(' ').Aggregate((Command)root, (above, name) => above.Subcommands.Single(one => one.Name == name));
            var (server, token, here) = (Options.Server(), Options.Token(), (AsynchronousCommandLineAction?)command.Action);
            if (command.Options.All(option => option.Name != "--json") && act.Command is not ("audit accept" or "audit export" or "audit key" or "clients snippets")) command.Add(Options.Json());
            command.Add(server);
            command.Add(token);
            command.SetAction(async (result, stop) =>
            {
                if (result.GetValue(server) is not { } address) return here is not null ? await here.InvokeAsync(result, stop) : await HereAsync(act, result, stop);
                CommandSettings.Check(CommandSettings.Of(result));
                if (act.Here.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(name => command.Options.Any(option => option.Name == name && result.GetResult(option) is { Implicit: false })) is { } local)
                    throw new UsageException($"{local} does not go over --server.");
                using var remote = await RemoteServer.OpenAsync(address, result.GetValue(token), stop);
                return await ApiCommandRunner.RunAsync(remote, act, result, stop);
            });
        }

        return root;
    }

    private static async Task<int> HereAsync(ApiAct act, ParseResult result, CancellationToken cancellationToken)
    {
        await using var server = await LocalServer.OpenAsync(CommandSettings.Of(result), cancellationToken);
        return await ApiCommandRunner.RunAsync(server, act, result, cancellationToken);
    }
}
