using System.Reflection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>docs/operating/events.md lists every log message of the server, and every event of the audit trail, as the code has them.</summary>
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

        var entries =
            from type in Assembly.Load(Assemblies[0]).GetTypes()
            where type.Name == "Log"
            from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            where field.FieldType == typeof(EventId)
            let happened = (EventId)field.GetValue(null)!
            orderby happened.Id
            select $"| {happened.Id} | {happened.Name} | {AuditOutcome.Of(happened.Name!)} |";

        return $"# Events\n\nEvery message that the server logs, by its id. Written by a test from the code.\n\n| id | name | level | message |\n|---|---|---|---|\n{string.Join('\n', rows)}\n"
            + $"\n## Entries of the audit trail\n\nWhat the [audit trail](audit.md) can hold, with the same ids and names.\n\n| id | name | outcome |\n|---|---|---|\n{string.Join('\n', entries)}\n";
    }
}
