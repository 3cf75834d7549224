using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Pynomaly.Identity.Protocol;

/// <summary>The one HTTP client by which this server fetches what somebody else named (a client's jwks_uri), and tells those whom an operator named (webhooks): guarded against being led into the operator's own network.</summary>
/// <remarks>https only; the name is resolved once and only checked addresses are connected to, so that no second answer of DNS slips in. No redirects, proxy, cookies,
/// decompression or retries; five seconds and 256 KB in all. Hosts in Identity:Outbound:AllowedHosts may be private, and may speak http.</remarks>
public sealed class OutboundHttp : IDisposable
{
    private const int MaxBytes = 256 * 1024;
    private readonly string[] _allowed;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly Lazy<HttpClient> _client;

    /// <summary>Connects nowhere yet.</summary>
    public OutboundHttp(ServerOptions options) : this(options, Dns.GetHostAddressesAsync)
    {
    }

    internal OutboundHttp(ServerOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _allowed = options.OutboundAllowedHosts;
        _resolve = resolve;
        _client = new Lazy<HttpClient>(Create);
    }

    /// <summary>How long a whole answer may take.</summary>
    internal TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Fetches a document; only a 200 counts.</summary>
    /// <exception cref="OutboundException">The address is not one to fetch from, or the answer is late, too large or not a 200.</exception>
    public async Task<byte[]> GetAsync(string url, string accept, CancellationToken cancellationToken)
    {
        if (OutboundAddress.WhyRefused(url, _allowed) is { } reason) throw new OutboundException(reason.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Longest);
        try
        {
            using var response = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            if (response.StatusCode != HttpStatusCode.OK) throw new OutboundException($"The answer was {(int)response.StatusCode}, not 200");
            if (response.Content.Headers.ContentEncoding.Count > 0) throw new OutboundException("The answer is compressed, which was not asked for");
            return await ReadAsync(response, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException($"There was no whole answer within {Longest.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            throw new OutboundException(e.InnerException is OutboundException refused ? refused.Message : $"The connection failed ({(e.InnerException ?? e).GetType().Name})");
        }
    }

    /// <summary>Posts JSON, and answers the status; the body of the answer is not read.</summary>
    /// <exception cref="OutboundException">The address is not one to connect to, or there is no answer in time.</exception>
    public Task<int> PostAsync(string url, ReadOnlyMemory<byte> json, IReadOnlyCollection<(string Name, string Value)> headers, CancellationToken cancellationToken) =>
        PostAsync(url, json, "application/json", headers, cancellationToken);

    /// <summary>Posts a body of a type, and answers the status; the body of the answer is not read.</summary>
    /// <exception cref="OutboundException">The address is not one to connect to, or there is no answer in time.</exception>
    public Task<int> PostAsync(string url, ReadOnlyMemory<byte> body, string type, IReadOnlyCollection<(string Name, string Value)> headers, CancellationToken cancellationToken) =>
        PostAsync(url, body, type, headers, static (response, _) => Task.FromResult((int)response.StatusCode), cancellationToken);

    /// <summary>The same, and the body of a 400, in which some protocols say what was wrong; empty otherwise.</summary>
    /// <exception cref="OutboundException">The address is not one to connect to, there is no whole answer in time, or it is too large.</exception>
    public Task<(int Status, byte[] Refusal)> PostForRefusalAsync(string url, ReadOnlyMemory<byte> body, string type, IReadOnlyCollection<(string Name, string Value)> headers, CancellationToken cancellationToken) =>
        PostAsync(url, body, type, headers, static async (response, stop) => ((int)response.StatusCode, response.StatusCode == HttpStatusCode.BadRequest ? await ReadAsync(response, stop) : []), cancellationToken);

    private async Task<T> PostAsync<T>(
        string url, ReadOnlyMemory<byte> body, string type, IReadOnlyCollection<(string Name, string Value)> headers, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        if (OutboundAddress.WhyRefused(url, _allowed) is { } reason) throw new OutboundException(reason.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Longest);
        try
        {
            using var response = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            return await read(response, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException($"There was no answer within {Longest.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            throw new OutboundException(e.InnerException is OutboundException refused ? refused.Message : $"The connection failed ({(e.InnerException ?? e).GetType().Name})");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > MaxBytes) throw TooLarge();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBytes ? bytes[..length] : throw TooLarge();
    }

    private static OutboundException TooLarge() => new($"The answer is larger than {MaxBytes / 1024} KB");

    private HttpClient Create() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = ConnectAsync,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        UseCookies = false,
        UseProxy = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancellationToken);
        if (!OutboundAddress.IsAllowed(host, port, _allowed)) addresses = [.. addresses.Where(OutboundAddress.IsPublic)];
        if (addresses.Length == 0) throw new OutboundException("The host has no public address; the operator can allow it by Identity:Outbound:AllowedHosts");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
