using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Fabric;

/// <summary>The wire between an API and its server node: what comes in at its port goes to another one, until somebody cuts it.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly int _to;
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    public Relay(int to)
    {
        _to = to;
        Restore();
    }

    /// <summary>None that the system gives to others: while the wire is cut, nobody listens here.</summary>
    public int Port { get; } = Ports.Free();

    /// <summary>Ends every connection and takes no new ones.</summary>
    public async Task CutAsync()
    {
        _listener?.Dispose();
        _listener = null;
        await _accepting;
        foreach (var client in _open.Keys) client.Dispose();
    }

    /// <summary>Takes connections again, at the same port.</summary>
    public void Restore()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public ValueTask DisposeAsync() => new(CutAsync());

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = CarryAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        _open[near] = _open[far] = 0;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _to);
            near.NoDelay = far.NoDelay = true;
            await using NetworkStream here = near.GetStream(), there = far.GetStream();
            await Task.WhenAny(here.CopyToAsync(there), there.CopyToAsync(here));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone: so is the other.
        }
        finally
        {
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
            near.Dispose();
        }
    }
}
