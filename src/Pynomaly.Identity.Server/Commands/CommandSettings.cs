namespace Pynomaly.Identity.Server.Commands;

/// <summary>Settings on the command line, as .NET's configuration reads them: --Key:Part=value or --Key:Part value.</summary>
internal static class CommandSettings
{
    private static readonly string[] Hosting = ["--urls", "--environment", "--http_ports", "--https_ports"];

    /// <summary>Answers the settings as they came.</summary>
    /// <exception cref="UsageException">One is not a setting: a word that nobody reads must not pass in silence.</exception>
    public static string[] Check(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var name = argument.Split('=')[0];
            if (name == "--server") throw new UsageException("This command works on this machine's database. What it does is done on a running server by: api OPERATION --server URL (api --server URL names the operations).");
            if (!argument.StartsWith("--", StringComparison.Ordinal) || !(name.Contains(':', StringComparison.Ordinal) || Hosting.Contains(name, StringComparer.OrdinalIgnoreCase)))
                throw new UsageException($"\"{argument}\" is not understood: neither a command, nor an option, nor a setting such as --Identity:Issuer=https://id.example.org.");
            if (argument.Contains('=', StringComparison.Ordinal)) continue;
            if (++i == arguments.Count || arguments[i].StartsWith("--", StringComparison.Ordinal)) throw new UsageException($"{argument} wants a value.");
        }

        return [.. arguments];
    }
}
