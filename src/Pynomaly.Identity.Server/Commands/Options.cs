using System.CommandLine;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    /// <summary>"--json".</summary>
    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON, for scripts." };

    /// <summary>"--server": not the database of this machine, but a server that runs.</summary>
    public static Option<string> Server() => new("--server") { Description = "The address of a running server to do it on; without it, on this machine's database.", HelpName = "URL" };

    /// <summary>"--token".</summary>
    public static Option<string> Token() => new("--token")
    {
        Description = "The access token for --server: env:NAME, file:PATH, or - for standard input. Without it, the client in PYNOMALY_CLIENT_ID and PYNOMALY_CLIENT_SECRET asks for one.", HelpName = "TOKEN",
    };

    /// <summary>"--detailed-exit-code".</summary>
    public static Option<bool> Detailed(string description)
    {
        var option = new Option<bool>("--detailed-exit-code", "--detailed-exitcode") { Description = description };
        return option;
    }
}
