using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>A server process under measurement: started, awaited, read from /proc, stopped.</summary>
internal sealed class Server(string name, string probe, Func<int, ProcessStartInfo> describe) : IDisposable
{
    private static readonly double ClockTick = 0.01; // Linux reports processor time in hundredths of a second (USER_HZ).
    private Process? _process;

    public string Name => name;

    public int Port { get; } = FreePort();

    /// <summary>Starts the process and returns the time from its start to the first 200.</summary>
    public async Task<TimeSpan> StartAsync()
    {
        var start = describe(Port);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // The driver's own socket settings must not reach the servers.
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("DOTNET_SYSTEM_NET_SOCKETS", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(inherited);

        var lines = new Queue<string>();
        var begin = Stopwatch.GetTimestamp();
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start.");
        _process.OutputDataReceived += (_, e) => Keep(lines, e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(lines, e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        while (Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(60))
        {
            if (_process.HasExited) throw new InvalidOperationException($"{name} ended with {_process.ExitCode}:\n{string.Join('\n', lines)}");
            if (await AnswersAsync()) return Stopwatch.GetElapsedTime(begin);
            await Task.Delay(2);
        }

        throw new TimeoutException($"{name} did not answer {probe} within a minute:\n{string.Join('\n', lines)}");
    }

    public double CpuSeconds()
    {
        var stat = File.ReadAllText($"/proc/{_process!.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) * ClockTick;
    }

    /// <summary>Resident memory in MB, now (VmRSS) or at its highest (VmHWM).</summary>
    public double MemoryMb(string field)
    {
        var line = File.ReadLines($"/proc/{_process!.Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    public void Stop()
    {
        if (_process is null) return;
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _process = null;
    }

    public void Dispose() => Stop();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var connection = new Connection(Port);
            await connection.OpenAsync();
            await connection.SendAsync(HttpText.Get(Port, probe));
            return connection.Status == 200;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static void Keep(Queue<string> lines, string? line)
    {
        if (line is null) return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > 40) lines.Dequeue();
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
