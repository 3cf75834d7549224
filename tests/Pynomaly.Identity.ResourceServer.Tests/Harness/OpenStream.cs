using System.Net;
using System.Net.Http.Headers;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>An answer that is being read.</summary>
public sealed class OpenStream : IDisposable
{
    private readonly HttpMessageInvoker? _own;
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;

    private OpenStream(HttpMessageInvoker? own, HttpResponseMessage answer, Stream body) => (_own, _answer, _reader) = (own, answer, new StreamReader(body));

    /// <summary>The server's connection that it came by.</summary>
    public string ConnectionId => _answer.Headers.GetValues("Connection-Id").Single();

    /// <summary>Asks, on a connection of its own unless one is given, and reads the first line.</summary>
    public static async Task<OpenStream> BeginAsync(string address, string token, HttpMessageInvoker? through, Action<HttpRequestMessage>? with)
    {
        var own = through is null ? new HttpMessageInvoker(new SocketsHttpHandler()) : null;
        var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        with?.Invoke(request);
        var answer = await (through ?? own!).SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var stream = new OpenStream(own, answer, await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await stream.NextAsync();
        return stream;
    }

    /// <summary>Reads one line more.</summary>
    public async Task NextAsync() => Assert.NotNull(await _reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Until.Patience, TestContext.Current.CancellationToken));

    /// <summary>Returns when it has broken off, which is not how an answer ends that is whole.</summary>
    public async Task BreaksOffAsync() => await Assert.ThrowsAnyAsync<IOException>(async () =>
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(Until.Patience);
        while (await _reader.ReadLineAsync(end.Token) is not null)
        {
        }
    });

    public void Dispose()
    {
        _reader.Dispose();
        _answer.Dispose();
        _own?.Dispose();
    }
}
