using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>A server that runs, and its administration API: what a command does to it goes through the same rules as the console.</summary>
internal sealed class RemoteServer : IAdminConnection, IDisposable
{
    private const int Tries = 3;
    private const string ImportPath = "/imports";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ImportPatience = TimeSpan.FromMinutes(30);
    private readonly HttpClient _http;
    private readonly Uri _server;

    private RemoteServer(Uri server, HttpMessageHandler? handler)
    {
        _server = server;
        _http = new HttpClient(new ComeAgain(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }), true) { Timeout = Timeout.InfiniteTimeSpan }; // a redirect would carry the token elsewhere
    }

    /// <summary>Opens it with a token, or with one that it gives for the client in the environment.</summary>
    /// <exception cref="UsageException">The address is none that a token may be sent to, or there is nothing to sign in with.</exception>
    public static async Task<RemoteServer> OpenAsync(string server, string? token, CancellationToken cancellationToken, HttpMessageHandler? handler = null)
    {
        var remote = Look(server, handler);
        try
        {
            remote._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token is not null ? ReadToken(token) : await remote.AskTokenAsync(cancellationToken));
            return remote;
        }
        catch
        {
            remote.Dispose();
            throw;
        }
    }

    /// <summary>Opens it without a token: for what everybody may see.</summary>
    public static RemoteServer Look(string server, HttpMessageHandler? handler = null) => new(AddressOf(server), handler);

    /// <summary>How long an answer is waited for: an import is answered when it is at its end.</summary>
    public static TimeSpan PatienceFor(HttpMethod method, string path) => method == HttpMethod.Post && path == ImportPath ? ImportPatience : Patience;

    /// <summary>Calls an operation. A POST carries a key, so that it is done once though it is sent again when the line breaks.</summary>
    /// <exception cref="ConfigurationException">It is refused; the message says why.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, byte[]? body, string? version, CancellationToken cancellationToken)
    {
        var key = method == HttpMethod.Post ? Guid.CreateVersion7().ToString() : null;
        for (var attempt = 1; ; attempt++)
        {
            var patience = PatienceFor(method, path);
            try
            {
                using var request = new HttpRequestMessage(method, $"{_server}{Paths.AdminApi.TrimStart('/')}{path}");
                if (key is not null) request.Headers.Add("Idempotency-Key", $"\"{key}\"");
                if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version.Trim('"')}\"");
                if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
                using var response = await WithinAsync(patience, stop => _http.SendAsync(request, stop), cancellationToken);
                return await ReadAsync(response, cancellationToken);
            }
            catch (HttpRequestException e) when (attempt == Tries || (method != HttpMethod.Get && key is null))
            {
                throw new ConfigurationException($"{_server} does not answer: {e.Message}.");
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), cancellationToken);
            }
        }
    }

    /// <summary>Copies an answer that is no JSON, part by part.</summary>
    /// <exception cref="ConfigurationException">It is refused, or breaks off.</exception>
    public async Task CopyAsync(string path, Stream to, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await WithinAsync(Patience, stop => _http.GetAsync($"{_server}{Paths.AdminApi.TrimStart('/')}{path}", HttpCompletionOption.ResponseHeadersRead, stop), cancellationToken);
            if (!response.IsSuccessStatusCode) await ReadAsync(response, cancellationToken);
            else await response.Content.CopyToAsync(to, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ConfigurationException($"{_server} does not answer to its end: {e.Message}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static Uri AddressOf(string server)
    {
        if (!Uri.TryCreate(server.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
            throw new UsageException($"--server takes the server's address, for example https://id.example.org; \"{server}\" is none.");
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            throw new UsageException("--server wants https: a token would go over the network in clear. Plain http is for this machine itself (http://localhost).");
        return uri;
    }

    private static string ReadToken(string value)
    {
        if (!value.StartsWith("file:", StringComparison.Ordinal)) return SecretInput.Read("--token", value);
        try
        {
            return File.ReadAllText(value[5..], Encoding.UTF8).Trim() is { Length: > 0 } token ? token : throw new ConfigurationException($"--token: the file {value[5..]} is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--token: the file {value[5..]} cannot be read.");
        }
    }

    // Client credentials (RFC 6749 §4.4), for this server alone (RFC 8707).
    private async Task<string> AskTokenAsync(CancellationToken cancellationToken)
    {
        var (id, secret) = (Environment.GetEnvironmentVariable("PYNOMALY_CLIENT_ID"), Environment.GetEnvironmentVariable("PYNOMALY_CLIENT_SECRET"));
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(secret))
            throw new UsageException("--server wants --token (env:NAME, file:PATH or - for standard input), or a client in PYNOMALY_CLIENT_ID and PYNOMALY_CLIENT_SECRET.");
        var discovered = await GetAsync(Paths.Configuration.TrimStart('/'), cancellationToken);
        var issuer = (string?)discovered["issuer"] ?? "";
        if (issuer.TrimEnd('/') != _server.ToString().TrimEnd('/')) throw new ConfigurationException($"{_server} says that it is {issuer}. Write --server {issuer}.");
        var endpoint = AddressOf((string?)discovered["token_endpoint"] ?? "").ToString().TrimEnd('/');
        List<KeyValuePair<string, string>> fields = [new("grant_type", "client_credentials"), new("scope", StandardScopes.Administration), new("resource", issuer)];
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}"));
        return await TryAsync(new AuthenticationHeaderValue("Basic", basic), fields)
            ?? await TryAsync(null, [.. fields, new("client_id", id), new("client_secret", secret)])
            ?? throw new ConfigurationException($"{_server} gives the client {id} no token: its secret does not hold, or it may not ask for the scope administration.");

        async Task<string?> TryAsync(AuthenticationHeaderValue? authorization, List<KeyValuePair<string, string>> form)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(form) };
            request.Headers.Authorization = authorization;
            using var response = await ConnectAsync(stop => _http.SendAsync(request, stop), cancellationToken);
            return response.IsSuccessStatusCode ? (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))?["access_token"] : null;
        }
    }

    private async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await ConnectAsync(stop => _http.GetAsync($"{_server}{path}", stop), cancellationToken);
        return await ReadAsync(response, cancellationToken) ?? new JsonObject();
    }

    private async Task<HttpResponseMessage> ConnectAsync(Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await WithinAsync(Patience, send, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new ConfigurationException($"{_server} does not answer: {e.Message}.");
        }
    }

    private async Task<HttpResponseMessage> WithinAsync(TimeSpan patience, Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(patience);
        try
        {
            return await send(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConfigurationException($"{_server} did not answer in {patience.TotalMinutes:0} minutes{(patience == Patience ? ", and may be at it still: see what it did before you ask again." : "; import list shows how far it came, --resume goes on.")}");
        }
    }

    private async Task<JsonNode?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) is true;
        JsonNode? body = null;
        try
        {
            if (isJson && text.Length > 0) body = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw new ConfigurationException($"{_server} answers what is no JSON.");
        }

        if (response.IsSuccessStatusCode) return isJson || text.Length == 0 ? body : JsonValue.Create(text);
        var errors = body?["errors"] is JsonArray list ? string.Join(" ", list.Select(error => $"{(string?)error?["field"]}: {(string?)error?["detail"]}.")) : "";
        var error = (string?)body?["error"];
        throw new ConfigurationException($"{_server} refuses ({(int)response.StatusCode}{(error is null ? "" : $" {error}")}): {(errors.Length > 0 ? errors : (string?)body?["detail"] ?? response.ReasonPhrase)}");
    }
}
