using System.Net;
using System.Net.Sockets;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>One kept-alive HTTP/1.1 connection with one request under way: as little client as possible, since it shares the machine with the server.</summary>
internal sealed class Connection(int port) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[16 * 1024];
    private int _read;

    public int Status { get; private set; }

    /// <summary>The last answer's body, valid until the next request.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public ValueTask OpenAsync() => _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0) request = request[await _socket.SendAsync(request)..];
        _read = 0;
        while (!TryParse()) await ReceiveAsync();
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask ReceiveAsync()
    {
        if (_read == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = await _socket.ReceiveAsync(_buffer.AsMemory(_read));
        if (count == 0) throw new IOException("The server closed the connection.");
        _read += count;
    }

    private bool TryParse()
    {
        var received = _buffer.AsSpan(0, _read);
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;

        var head = received[..(end + 2)];
        Status = ((head[9] - '0') * 100) + ((head[10] - '0') * 10) + head[11] - '0';
        var start = end + 4;
        if (HttpText.Header(head, "content-length:"u8) is { IsEmpty: false } length)
        {
            var count = HttpText.Number(length);
            if (_read < start + count) return false;
            Body = _buffer.AsMemory(start, count);
            return true;
        }

        if (HttpText.Header(head, "transfer-encoding:"u8).IsEmpty)
        {
            Body = default;
            return true;
        }

        var unchunked = HttpText.Unchunk(received[start..]);
        if (unchunked is null) return false;
        Body = unchunked;
        return true;
    }
}
