using System.CommandLine;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Commands that are one operation of the administration API and nothing else, beside the database too: <see cref="ApiActs"/> says which.</summary>
internal static class OperationCommand
{
    /// <summary>A command with these arguments and options.</summary>
    public static Command Create(string verb, string description, params Symbol[] symbols)
    {
        var command = new Command(verb, description) { TreatUnmatchedTokensAsErrors = false };
        foreach (var argument in symbols.OfType<Argument>()) command.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Add(option);
        return command;
    }

    /// <summary>ID.</summary>
    public static Argument<string> Id(string description) => new("ID") { Description = description };

    /// <summary>Another argument.</summary>
    public static Argument<string> Named(string name, string description) => new(name) { Description = description };

    /// <summary>An option that takes a text.</summary>
    public static Option<string?> Text(string name, string description, string value = "TEXT") => new(name) { Description = description, HelpName = value };

    /// <summary>An option that may be repeated.</summary>
    public static Option<string[]> Texts(string name, string description, string value) => new(name) { Description = description, HelpName = value };

    /// <summary>An option that is true or false.</summary>
    public static Option<bool?> Flag(string name, string description) => new(name) { Description = description };
}
