using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Harness;

/// <summary>A program as a real process: what it says is kept, and it is ended with everything it started.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5); // many start at once, and each compiles itself
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>What it wrote so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts a built .NET program of ours and waits until this address answers with success.</summary>
    public static Task<ChildProcess> StartAsync(string program, Uri ready, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartOtherAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.GetTempPath(), ready, environment, [program, .. arguments]);

    /// <summary>The same with a program of others, in a directory.</summary>
    public static async Task<ChildProcess> StartOtherAsync(
        string executable, string directory, Uri ready, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var child = Start(executable, directory, environment, arguments);
        try
        {
            child._process.StandardInput.Close();
            await child.AnswersAsync(ready);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a program in a directory, with these environment variables beside those of the test, and waits for nothing.</summary>
    public static ChildProcess Start(string executable, string directory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        start.Environment["Identity__Metrics__Port"] = "0"; // several run side by side, and the port is one
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += child.Keep;
        child._process.ErrorDataReceived += child.Keep;
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits until it listens on this loopback port.</summary>
    public Task ListensAsync(int port) => UntilAsync(async () =>
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false; // not yet
        }
    }, $"does not listen on port {port}");

    /// <summary>Waits until it has written an address that begins so, and answers the whole.</summary>
    public async Task<string> AddressAsync(string beginning)
    {
        string? found = null;
        await UntilAsync(() =>
        {
            found = Output.Split([' ', '\n', '\r'], StringSplitOptions.None).SkipLast(1).FirstOrDefault(word => word.StartsWith(beginning, StringComparison.Ordinal));
            return Task.FromResult(found is not null);
        }, $"names no address that begins with {beginning}");
        return found!;
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

    /// <summary>Asks it to end, as systemd and orchestrators do.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>Waits for its end and answers the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Until.Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Until.Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // somebody else may hold its streams
        _process.Dispose();
    }

    private async Task AnswersAsync(Uri ready)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        await UntilAsync(async () =>
        {
            try
            {
                using var answer = await http.GetAsync(ready);
                return answer.IsSuccessStatusCode;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                return false; // not listening yet
            }
        }, $"does not answer at {ready}");
    }

    // Who has ended says nothing more: what it said last is looked at once more, and then no longer waited for.
    private async Task UntilAsync(Func<Task<bool>> isSo, string never)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < StartPatience; await Task.Delay(50))
        {
            var hasEnded = _process.HasExited;
            if (hasEnded) await _process.WaitForExitAsync().WaitAsync(Until.Patience); // both streams to their ends
            if (await isSo()) return;
            if (hasEnded) break;
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} {_process.StartInfo.ArgumentList.FirstOrDefault()} {never}:{Environment.NewLine}{Output}");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }
}
