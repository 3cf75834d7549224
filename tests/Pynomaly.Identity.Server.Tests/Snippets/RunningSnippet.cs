using System.Diagnostics;
using System.Text;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>A snippet that runs: what it says is kept, and it is ended with everything it started.</summary>
internal sealed class RunningSnippet : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private RunningSnippet(Process process) => _process = process;

    /// <summary>What it wrote so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts it with these environment variables beside those of the test.</summary>
    public static RunningSnippet Start(SnippetProgram program, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program.File, program.Arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = program.Directory,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var running = new RunningSnippet(new Process { StartInfo = start });
        running._process.OutputDataReceived += running.Keep;
        running._process.ErrorDataReceived += running.Keep;
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Waits until it listens on this loopback port.</summary>
    public async Task ListensAsync(int port)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < Patience && !_process.HasExited; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            using var probe = new System.Net.Sockets.TcpClient();
            try
            {
                await probe.ConnectAsync(System.Net.IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Not yet.
            }
        }

        Assert.Fail($"It does not listen on port {port}:\n{Output}");
    }

    /// <summary>Waits until it has written an address that begins so, and answers the whole.</summary>
    public async Task<string> AddressAsync(string beginning)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < Patience; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            if (Output.Split([' ', '\n', '\r'], StringSplitOptions.None) is { } words && words.SkipLast(1).FirstOrDefault(word => word.StartsWith(beginning, StringComparison.Ordinal)) is { } found) return found;
            if (_process.HasExited) break;
        }

        throw new InvalidOperationException($"It names no address that begins with {beginning}:\n{Output}");
    }

    /// <summary>Does something with it; where that waits in vain, the test fails with what it said.</summary>
    public async Task ExplainAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (TimeoutException late)
        {
            Assert.Fail($"{late.Message}\n{Output}");
        }
    }

    /// <summary>Types a line.</summary>
    public Task TypeAsync(string line) => _process.StandardInput.WriteLineAsync(line.AsMemory(), TestContext.Current.CancellationToken);

    /// <summary>Waits for its end and answers the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }
}
