using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>The one executable's command line: the server, and what an operator does to it.</summary>
public static class CommandLine
{
    private static readonly string[] Help = ["--help", "-h", "-?", "/?", "/h", "--version"];

    /// <summary>Runs the command and answers the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // The usual way to run needs no parser of commands: the server starts sooner without.
            if (!args.Any(Help.Contains) && (args.Length == 0 || args[0] == "serve" || args[0].StartsWith('-')))
                return await ServeArguments.Parse(args is ["serve", .. var rest] ? rest : args).RunAsync();
            return await ParseAsync(args);
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync(Output.Lines(e.Message));
            return ExitCodes.Refused;
        }
        catch (AdministrationException e)
        {
            await Console.Error.WriteLineAsync(Output.Lines(e.Message.EndsWith('.') ? e.Message : $"{e.Message}."));
            return ExitCodes.Refused;
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} --help tells more.");
            return ExitCodes.Usage;
        }
    }

    private static async Task<int> ParseAsync(string[] args)
    {
        var root = Root();
        var result = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false }); // an id that begins with -h is an id
        if (result.Errors.Count == 0) return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        // A word that is no command makes two errors, of which the second says it; an area alone has its commands named.
        var unknown = result.UnmatchedTokens.Count > 0 && result.Errors.Count > 1;
        foreach (var error in result.Errors.Skip(unknown ? 1 : 0)) await Console.Error.WriteLineAsync(error.Message);
        var below = result.CommandResult.Command.Subcommands;
        await Console.Error.WriteLineAsync(below.Count == 0 ? "--help tells more." : $"Write one of: {string.Join(", ", below.Select(one => one.Name))}. --help tells more.");
        return ExitCodes.Usage;
    }

    internal static RootCommand Root() => RemoteArea.Extend(new("""
        Pynomaly.Identity: an OAuth 2 and OpenID Connect server, and the commands to look after it.

        Without a command it serves. Settings come from appsettings files, from the environment (Identity__Issuer=...) and from the
        command line (--Identity:Issuer=...), for every command alike; docs/operating/configuration.md names them.

        Secrets are never arguments: write env:NAME to name an environment variable, or - to be read from standard input.

        Exit codes: 0 done; 1 refused, nothing was changed (users bulk: its table tells of each account), the reason is on standard error; 2 the command line is not understood; 3 plan and drift with
        --detailed-exit-code: there is a difference; 4 audit verify: the trail does not hold.
        """)
    {
        ServeCommand.Create(),
        ApplyCommand.Create(),
        PlanCommand.Create(),
        ExportCommand.Create(),
        DriftCommand.Create(),
        ApiCommand.Create(),
        MigrateCommand.Create(),
        KeysCommand.Create(),
        UsersCommand.Create(),
        RolesCommand.Create(),
        PermissionsCommand.Create(),
        ExplainCommand.Create(),
        ExplainCommand.Simulate(),
        ClientsCommand.Create(),
        ScopesCommand.Create(),
        SessionsCommand.Create(),
        SessionsCommand.CreateGrants(),
        RevocationsCommand.Create(),
        StatisticsCommand.Create(),
        SettingsCommand.Create(),
        OperationCommand.Create("whoami", "Show who acts: the client or person that the token speaks for, or the command line itself, and what they may do here now."),
        ApiKeysCommand.Create(),
        ImportCommand.Create(),
        RevokeCommand.Create(),
        BansCommand.Create(),
        AuditCommand.Create(),
        WebhooksCommand.Create(),
        ReceiversCommand.Create(),
        MailCommand.Create(),
        DoctorCommand.Create(),
    });
}
