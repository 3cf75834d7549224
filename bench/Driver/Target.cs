using System.Diagnostics;
using System.Text;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>One of the three programs that are compared, and how each workload is put to it.</summary>
internal abstract class Target(Server server) : IDisposable
{
    public const string Secret = "bench-secret-of-at-least-128-bits-0123456789abcdef";

    public const string ClientCredentials = "grant_type=client_credentials&scope=pynomaly_api";

    private readonly Dictionary<string, IReadOnlyList<string>> _tokens = [];

    public Server Server => server;

    public string Name => server.Name;

    /// <summary>The workload's script for so many connections, or null when this program has no such thing.</summary>
    public abstract Task<Script?> ScriptAsync(string workload, int connections);

    public void Dispose() => server.Dispose();

    protected Script Get(string path, string expected) => new SameRequest(HttpText.Get(server.Port, path), Encoding.ASCII.GetBytes(expected));

    protected Script Token(string path, string clientId) =>
        new SameRequest(HttpText.Post(server.Port, path, HttpText.Basic(clientId, Secret), ClientCredentials), "\"access_token\":"u8.ToArray());

    protected Script TokenByPost(string path, string clientId) => new SameRequest(
        HttpText.Post(server.Port, path, null, $"{ClientCredentials}&client_id={clientId}&client_secret={Secret}"), "\"access_token\":"u8.ToArray());

    /// <summary>Introspects the given number of tokens in turn; they are issued first, once.</summary>
    protected async Task<Script> IntrospectAsync(string path, string tokenPath, string clientId, string introspector, int count)
    {
        var basic = HttpText.Basic(introspector, Secret);
        var tokens = await TokensAsync(tokenPath, clientId, count);
        return new ManyRequests([.. tokens.Take(count).Select(token => HttpText.Post(server.Port, path, basic, $"token={token}"))], "\"active\":true"u8.ToArray());
    }

    protected static ProcessStartInfo Start(string file, string directory, IEnumerable<string> arguments, params (string Key, string Value)[] environment)
    {
        Directory.CreateDirectory(directory);
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = directory };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        return start;
    }

    private async Task<IReadOnlyList<string>> TokensAsync(string path, string clientId, int count)
    {
        if (_tokens.TryGetValue(clientId, out var known) && known.Count >= count) return known;
        var request = HttpText.Post(server.Port, path, HttpText.Basic(clientId, Secret), ClientCredentials);
        var lists = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => CollectAsync(request, (count + 15) / 16)));
        return _tokens[clientId] = [.. lists.SelectMany(l => l)];
    }

    private async Task<List<string>> CollectAsync(byte[] request, int count)
    {
        using var connection = new Connection(server.Port);
        await connection.OpenAsync();
        var tokens = new List<string>(count);
        while (tokens.Count < count)
        {
            await connection.SendAsync(request);
            var token = HttpText.Member(connection.Body.Span, "\"access_token\":"u8);
            if (token.IsEmpty) throw new InvalidOperationException($"{Name} issued no token: {connection.Status} {Encoding.UTF8.GetString(connection.Body.Span)}");
            tokens.Add(Encoding.ASCII.GetString(token));
        }

        return tokens;
    }
}
