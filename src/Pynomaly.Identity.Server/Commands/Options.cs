using System.CommandLine;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    /// <summary>"--json".</summary>
    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON, for scripts." };
}
