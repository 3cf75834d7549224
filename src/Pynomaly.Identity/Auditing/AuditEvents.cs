using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Auditing;

/// <summary>The names of all events that the audit trail can hold: those that the rooms' Log classes name.</summary>
public static class AuditEvents
{
    private static readonly Lazy<string[]> All = new(() => [.. typeof(AuditEvents).Assembly.GetTypes().Where(type => type.Name == "Log")
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)).Where(field => field.FieldType == typeof(EventId))
        .Select(field => ((EventId)field.GetValue(null)!).Name!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyList<string> Names => All.Value;

    /// <summary>Those of one outcome.</summary>
    public static IEnumerable<string> Of(string outcome) => Names.Where(name => AuditOutcome.Of(name) == outcome);
}
