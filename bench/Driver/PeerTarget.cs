namespace Pynomaly.Identity.Bench.Driver;

/// <summary>node oidc-provider, in memory: bench/peer.</summary>
internal sealed class PeerTarget(string source, string data) : Target(new Server("peer", "/.well-known/openid-configuration", port => Start(
    "node", data, [Path.Combine(source, "server.js")],
    ("NODE_ENV", "production"), ("PORT", $"{port}"), ("KEYS", Path.Combine(data, "keys.json")))))
{
    public override async Task<Script?> ScriptAsync(string workload, int connections) => workload switch
    {
        "cc-basic" => Token("/token", "bench-service"),
        "cc-post" => TokenByPost("/token", "bench-service-post"),
        "cc-rs256" => Token("/token", "bench-service-rs256"),
        // Opaque tokens, and fewer than its store keeps (1,000 entries): it refuses to introspect JWTs.
        "introspect" => await IntrospectAsync("/token/introspection", "/token", "bench-opaque", "bench-opaque", 400),
        "introspect-again" => await IntrospectAsync("/token/introspection", "/token", "bench-opaque", "bench-opaque", 1),
        "refresh" => await ChainsAsync(connections),
        "discovery" => Get("/.well-known/openid-configuration", "issuer"),
        "jwks" => Get("/jwks", "keys"),
        _ => null,
    };

    private async Task<Script> ChainsAsync(int connections)
    {
        var first = new List<string>();
        using var http = new HttpClient();
        for (var i = 0; i < connections; i++)
        {
            using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{Server.Port}/bench/chain"), null);
            first.Add(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        }

        return new RefreshChains(Server.Port, "/token", HttpText.Basic("bench-web", Secret), first);
    }
}
