using System.Reflection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>docs/operating/events.md lists every log message of the server, as the code has it.</summary>
/// <remarks>With the environment variable <c>WRITE_DOCS=1</c> the test writes the list instead of comparing it.</remarks>
public sealed class EventReferenceTests
{
    private const string Reference = "docs/operating/events.md";
    private static readonly string[] Assemblies = ["Pynomaly.Identity", "Pynomaly.Identity.UI", "Pynomaly.Identity.Server"];

    [Fact]
    public void Every_event_is_documented()
    {
        var path = Path.Combine(Repository.Root, Reference);
        var expected = Document();
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1") File.WriteAllText(path, expected);

        Assert.True(File.ReadAllText(path) == expected, $"{Reference} is stale. Run this test once with WRITE_DOCS=1.");
    }

    private static string Document()
    {
        var rows =
            from name in Assemblies
            from type in Assembly.Load(name).GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
            where attribute is not null
            orderby attribute.EventId
            select $"| {attribute.EventId} | {attribute.EventName ?? method.Name} | {attribute.Level} | {attribute.Message.Replace("|", "\\|", StringComparison.Ordinal)} |";

        return $"# Events\n\nEvery message that the server logs, by its id. Written by a test from the code.\n\n| id | name | level | message |\n|---|---|---|---|\n{string.Join('\n', rows)}\n";
    }
}
