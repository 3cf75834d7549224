using System.CommandLine;
using System.Text;
using Pynomaly.Identity.Server.Commands;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>docs/operating/command-line.md lists every command and option, in the words of --help.</summary>
/// <remarks>With the environment variable <c>WRITE_DOCS=1</c> the test writes the list instead of comparing it.</remarks>
public sealed class CommandReferenceTests
{
    private const string Reference = "docs/operating/command-line.md";
    private const string Begin = "<!-- commands: written by CommandReferenceTests -->\n";
    private const string End = "<!-- /commands -->";

    // Said once above the table.
    private static readonly string[] Common = ["--server", "--token", "--json"];

    [Fact]
    public void Every_command_is_documented()
    {
        var path = Path.Combine(Repository.Root, Reference);
        var document = File.ReadAllText(path);
        var begin = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = document.IndexOf(End, StringComparison.Ordinal);
        var expected = $"{document[..begin]}{Commands()}{document[end..]}";
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1") File.WriteAllText(path, expected);

        Assert.True(File.ReadAllText(path) == expected, $"{Reference} is stale. Run this test once with WRITE_DOCS=1.");
    }

    [Fact]
    public void No_option_takes_a_secret_as_its_value()
    {
        var offences = Leaves(CommandLine.Root(), "")
            .SelectMany(leaf => leaf.Command.Options.Select(option => (leaf.Path, Option: option)))
            .Where(o => o.Option.Name.Contains("password", StringComparison.Ordinal) || o.Option.Name.Contains("secret", StringComparison.Ordinal))
            .Where(o => o.Option.Description?.Contains("env:NAME", StringComparison.Ordinal) != true)
            .Select(o => $"{o.Path} {o.Option.Name}");

        Repository.AssertNone(offences, "Secrets come by env:NAME or standard input, and the help says so:");
    }

    private static string Commands()
    {
        var text = new StringBuilder("| command | what it does | also |\n|---|---|---|\n");
        foreach (var (path, command) in Leaves(CommandLine.Root(), ""))
        {
            var arguments = string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(argument => $" {argument.HelpName ?? argument.Name.ToUpperInvariant()}"));
            var shown = command.Options.Where(option => !option.Hidden && option.Name is not ("--help" or "--version")).ToList();
            var options = shown.Where(option => !Common.Contains(option.Name)).Select(option => $"<br>`{option.Name}` {Sentence(option.Description)}");
            var common = string.Join(", ", Common.Where(name => name != "--token" && shown.Exists(option => option.Name == name)).Select(name => $"`{name}`"));
            text.Append($"| `{path}{arguments}` | {Sentence(command.Description)}{string.Concat(options)} | {common} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(path, command)]
            : command.Subcommands.SelectMany(inner => Leaves(inner, $"{path} {inner.Name}".Trim()));

    /// <summary>The description without its examples, on one line.</summary>
    private static string Sentence(string? description) =>
        (description ?? "").Split("Example", 2)[0].ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Trim();
}
