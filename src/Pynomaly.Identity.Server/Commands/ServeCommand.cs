using System.CommandLine;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"serve": the server itself, and what happens without a command.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var apply = new Option<string[]>("--apply") { Description = "Apply this configuration file before serving, as the command apply does. May be repeated.", HelpName = "FILE" };
        var command = new Command("serve", """
            Run the server until it is told to stop (the default).

            Examples:
              Pynomaly.Identity.Server
              Pynomaly.Identity.Server serve --apply clients.json --urls http://127.0.0.1:5080
              Pynomaly.Identity.Server --environment Production --Identity:Issuer=https://id.example.org
            """)
        { apply };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, _) => new ServeArguments(result.GetValue(apply) ?? [], CommandSettings.Check(result.UnmatchedTokens)).RunAsync());
        return command;
    }
}
