using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>A secret for a command: "env:NAME", or "-" for standard input. The secret itself is refused, since every process may read a command line.</summary>
internal static class SecretInput
{
    /// <summary>Reads it.</summary>
    public static string Read(string option, string value)
    {
        if (value == "-")
            return Console.In.ReadLine() is { Length: > 0 } line ? line : throw new ConfigurationException($"{option} - reads the first line of standard input, which is empty.");
        if (!value.StartsWith("env:", StringComparison.Ordinal))
            throw new UsageException($"{option} takes env:NAME, or - to read from standard input. A secret on the command line can be read by others.");
        return Environment.GetEnvironmentVariable(value[4..]) is { Length: > 0 } secret ? secret : throw new ConfigurationException($"{option}: the environment variable {value[4..]} is not set.");
    }
}
