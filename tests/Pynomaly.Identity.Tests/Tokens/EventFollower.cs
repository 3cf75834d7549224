using System.Diagnostics;
using System.Net;
using System.Net.ServerSentEvents;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>Follows a stream as every client of server-sent events does (HTML §9.2): when it ends, as that of a starved node may at any moment, it comes again with the last id.</summary>
internal sealed class EventFollower(HttpClient machine, string address, string? last = null) : IAsyncDisposable
{
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private HttpResponseMessage? _response;
    private IAsyncEnumerator<SseItem<string>>? _events;
    private string? _last = last;
    private int _streams;
    private int _repeated;

    /// <summary>The next event that is not where it stands already.</summary>
    public async Task<SseItem<string>> NextAsync()
    {
        while (_since.Elapsed < Until.Patience)
        {
            var events = _events ??= await OpenAsync();
            if (!await events.MoveNextAsync().AsTask().WaitAsync(Until.Patience))
            {
                await CloseAsync();
                continue;
            }

            var told = events.Current;
            if (told.EventId != _last)
            {
                _last = told.EventId;
                return told;
            }

            // It says again where it stands: after each heartbeat, and at the beginning of a stream that follows another.
            Assert.True(++_repeated <= _streams - 1 + (int)(_since.Elapsed / RevocationStream.Heartbeat), $"{told.EventId} was told {_repeated} times more within {_since.Elapsed}");
        }

        throw new InvalidOperationException($"Nothing was told of {address}.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task<IAsyncEnumerator<SseItem<string>>> OpenAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (_last is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", _last);
        _response = await machine.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, _response.StatusCode);
        Assert.Equal("text/event-stream", _response.Content.Headers.ContentType!.MediaType);
        _streams++;
        return SseParser.Create(await _response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
    }

    private async Task CloseAsync()
    {
        if (_events is not null) await _events.DisposeAsync();
        _response?.Dispose();
        (_events, _response) = (null, null);
    }
}
