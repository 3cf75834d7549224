using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A web server on loopback that says what the test tells it to, byte for byte, and counts who connects.</summary>
/// <remarks>Its port may have been somebody else's a moment ago, of this process or another, to whom others still send: receivers are told by POST, servers are followed at their endpoints.
/// What is plainly meant for those gets no answer and does not count; everything else does, a connection without a word too.</remarks>
public sealed class Canary : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly Task _loop;
    private int _hits;

    /// <summary>Answers each connection's request by writing to the stream.</summary>
    public Canary(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = LoopAsync();
    }

    /// <summary>Connections so far, but those that were meant for who had the port before.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>"127.0.0.1:port".</summary>
    public string Authority => $"127.0.0.1:{Port}";

    /// <summary>A canary that always gives this answer.</summary>
    public static Canary Saying(Func<string> body, string status = "200 OK", string headers = "") => new(async (stream, stop) =>
    {
        var bytes = Encoding.UTF8.GetBytes(body());
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n{headers}\r\n"), stop);
        await stream.WriteAsync(bytes, stop);
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private static bool IsForAnother(string request) => request.StartsWith("POST ", StringComparison.Ordinal)
        || request.StartsWith("GET /connect/", StringComparison.Ordinal) || request.StartsWith("GET /.well-known/", StringComparison.Ordinal);

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new StringBuilder();
                var buffer = new byte[4096];
                while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer, _stop.Token);
                    var isFirst = request.Length == 0;
                    request.Append(Encoding.ASCII.GetString(buffer, 0, read));
                    if (isFirst && IsForAnother(request.ToString())) return;
                    if (isFirst) Interlocked.Increment(ref _hits);
                    if (read == 0) return;
                }

                await _answer(stream, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The caller has hung up, or the test is over.
            }
        }
    }
}
