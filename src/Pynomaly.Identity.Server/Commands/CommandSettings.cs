using System.CommandLine;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Settings on the command line, as .NET's configuration reads them: --Key:Part=value or --Key:Part value.</summary>
internal static class CommandSettings
{
    private static readonly string[] Hosting = ["--urls", "--environment", "--http_ports", "--https_ports"];

    /// <summary>Splits what an argument of any number of words swallowed: its own words, and the settings among them, each with its value where that is a word of its own.</summary>
    public static (List<string> Words, List<string> Settings) Split(IEnumerable<string>? arguments)
    {
        List<string> words = [], settings = [];
        var wantsValue = false;
        foreach (var argument in arguments ?? [])
        {
            var isName = argument.StartsWith("--", StringComparison.Ordinal);
            (isName || wantsValue ? settings : words).Add(argument);
            wantsValue = isName && !argument.Contains('=', StringComparison.Ordinal);
        }

        return (words, settings);
    }

    /// <summary>All settings of a command line: what no option took, and what stands among the words of its arguments.</summary>
    public static List<string> Of(ParseResult result) =>
        [.. result.CommandResult.Command.Arguments.OfType<Argument<string[]>>().SelectMany(argument => Split(result.GetValue(argument)).Settings), .. result.UnmatchedTokens];

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
