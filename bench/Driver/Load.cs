using System.Diagnostics;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>One round of load on one server.</summary>
internal sealed record Round(long Requests, long Failures, double Seconds, double CpuSeconds, Histogram Latency)
{
    public double PerSecond => Requests / Seconds;

    /// <summary>Requests per second of the server's own processor time: the figure that a noisy machine disturbs least.</summary>
    public double PerCpuSecond => CpuSeconds > 0 ? Requests / CpuSeconds : 0;
}

/// <summary>Closed-loop load: so many connections, each with one request under way, for so long.</summary>
internal static class Load
{
    public static async Task<Round> RunAsync(Server server, Script script, int connections, double seconds)
    {
        var opened = new Connection[connections];
        try
        {
            for (var i = 0; i < connections; i++)
            {
                opened[i] = new Connection(server.Port);
                await opened[i].OpenAsync();
            }

            var cpu = server.CpuSeconds();
            var begin = Stopwatch.GetTimestamp();
            var end = begin + (long)(seconds * Stopwatch.Frequency);
            var results = await Task.WhenAll(opened.Select((connection, i) => LoopAsync(connection, script, i, end)));
            var elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            cpu = server.CpuSeconds() - cpu;

            var latency = new Histogram();
            foreach (var (histogram, _) in results) latency.Add(histogram);
            return new Round(latency.Total, results.Sum(r => r.Failures), elapsed, cpu, latency);
        }
        finally
        {
            foreach (var connection in opened) connection?.Dispose();
        }
    }

    private static async Task<(Histogram Latency, long Failures)> LoopAsync(Connection connection, Script script, int index, long end)
    {
        var latency = new Histogram();
        long failures = 0;
        for (var start = Stopwatch.GetTimestamp(); start < end;)
        {
            await connection.SendAsync(script.Next(index));
            if (connection.Status is < 200 or > 299 || !script.Accept(index, connection.Body.Span))
            {
                if (failures++ == 0) Console.Error.WriteLine($"    first failure: {connection.Status} {System.Text.Encoding.UTF8.GetString(connection.Body.Span)}");
            }

            var now = Stopwatch.GetTimestamp();
            latency.Add(Stopwatch.GetElapsedTime(start, now).TotalMicroseconds);
            start = now;
        }

        return (latency, failures);
    }
}
