using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>A client of a SignalR hub over a WebSocket, by the JSON hub protocol: each message ends with 0x1E.</summary>
public sealed class HubClient(ClientWebSocket socket) : IDisposable
{
    public const string Handshake = """{"protocol":"json","version":1}""";

    private readonly Queue<string> _received = [];
    private int _calls;

    /// <summary>Connects as whoever the token says, and shakes hands.</summary>
    public static async Task<HubClient> ConnectAsync(string address, string? token)
    {
        var socket = new ClientWebSocket();
        if (token is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new Uri(address.Replace("http:", "ws:", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        var client = new HubClient(socket);
        await client.SendAsync(Handshake);
        Assert.Equal("{}", await client.ReceiveAsync());
        return client;
    }

    /// <summary>What the method gives back, or the error.</summary>
    public async Task<string> CallAsync(string method)
    {
        var id = await InvokeAsync(1, method);
        while (true)
        {
            var message = JsonDocument.Parse(await ReceiveAsync()).RootElement;
            if (message.GetProperty("type").GetInt32() != 3) continue; // pings
            Assert.Equal(id, message.GetProperty("invocationId").GetString());
            return message.GetProperty(message.TryGetProperty("error", out _) ? "error" : "result").GetString()!;
        }
    }

    /// <summary>Begins a stream.</summary>
    public Task BeginAsync(string method) => InvokeAsync(4, method);

    /// <summary>Returns with the next message of this type.</summary>
    public async Task<JsonElement> NextAsync(int type)
    {
        while (true)
        {
            var message = JsonDocument.Parse(await ReceiveAsync()).RootElement;
            if (message.GetProperty("type").GetInt32() == type) return message;
        }
    }

    /// <summary>Returns when the other side has ended it, which may be before a word was said.</summary>
    public async Task EndsAsync()
    {
        try
        {
            await SendAsync(Handshake);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is { MessageType: not WebSocketMessageType.Close })
            {
            }
        }
        catch (WebSocketException)
        {
        }
    }

    public Task SendAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    public async Task<string> ReceiveAsync()
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (_received.Count == 0)
        {
            var part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            if (!part.EndOfMessage || text[^1] != '\u001e') continue;
            foreach (var message in text.ToString().Split('\u001e', StringSplitOptions.RemoveEmptyEntries)) _received.Enqueue(message);
        }

        return _received.Dequeue();
    }

    public void Dispose() => socket.Dispose();

    private async Task<string> InvokeAsync(int type, string method)
    {
        var id = $"{++_calls}";
        await SendAsync(JsonSerializer.Serialize(new { type, invocationId = id, target = method, arguments = Array.Empty<object>() }));
        return id;
    }
}
