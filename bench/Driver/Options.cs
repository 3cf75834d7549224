using System.Globalization;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>What the command line asks for: how long, how often, how many connections, and which part.</summary>
internal sealed record Options
{
    public const string Usage = """
        bench/run [options]
          --rounds N          rounds of each measurement, the targets in turn within each (5)
          --seconds N         length of one round (2)
          --warm N            seconds of load at 16 connections before a workload is measured (3)
          --connections LIST  numbers of connections (1,16,64)
          --targets LIST      of limit, ours, peer (all)
          --only LIST         of cc-basic, cc-post, cc-rs256, introspect, introspect-again, refresh, refresh-id-token, discovery, jwks, sign-in, start (all)
          --quick             3 rounds of 1 second, 16 connections only
          --no-publish        use what the last run published
        """;

    public int Rounds { get; init; } = 5;

    public double Seconds { get; init; } = 2;

    public double Warm { get; init; } = 3;

    public IReadOnlyList<int> Connections { get; init; } = [1, 16, 64];

    public IReadOnlyList<string> Targets { get; init; } = ["limit", "ours", "peer"];

    public IReadOnlyList<string> Only { get; init; } = [];

    public bool Includes(string workload) => Only.Count == 0 || Only.Contains(workload, StringComparer.Ordinal);

    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options();
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Rounds = 3, Seconds = 1, Warm = 2, Connections = [16] },
                "--rounds" => options with { Rounds = int.Parse(Value(args, ++i), CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = double.Parse(Value(args, ++i), CultureInfo.InvariantCulture) },
                "--warm" => options with { Warm = double.Parse(Value(args, ++i), CultureInfo.InvariantCulture) },
                "--connections" => options with { Connections = [.. Value(args, ++i).Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))] },
                "--targets" => options with { Targets = Value(args, ++i).Split(',') },
                "--only" => options with { Only = Value(args, ++i).Split(',') },
                _ => throw new ArgumentException($"{args[i]} is not an option.\n{Usage}"),
            };
        }

        return options;
    }

    private static string Value(IReadOnlyList<string> args, int index) =>
        index < args.Count ? args[index] : throw new ArgumentException($"{args[^1]} needs a value.\n{Usage}");
}
