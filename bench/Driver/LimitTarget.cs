namespace Pynomaly.Identity.Bench.Driver;

/// <summary>The bare Kestrel program of bench/Limit.</summary>
internal sealed class LimitTarget(string published, string data) : Target(new Server("limit", "/fixed", port => Start(
    "dotnet", data, [Path.Combine(published, "Pynomaly.Identity.Bench.Limit.dll"), "--urls", $"http://127.0.0.1:{port}", "--Database", Path.Combine(data, "limit.db")],
    ("ASPNETCORE_ENVIRONMENT", "Production"))))
{
    public override async Task<Script?> ScriptAsync(string workload, int connections) => workload switch
    {
        "cc-basic" => Token("/es256", "bench-service"),
        "cc-post" => TokenByPost("/es256", "bench-service-post"),
        "cc-rs256" => Token("/rs256", "bench-service-rs256"),
        "introspect" or "introspect-again" => await IntrospectAsync("/verify", "/es256", "bench-service", "bench-service", 1000),
        "refresh" or "refresh-id-token" => await ChainsAsync(connections),
        "discovery" or "jwks" => Get("/fixed", "issuer"),
        _ => null,
    };

    private async Task<Script> ChainsAsync(int connections)
    {
        var first = new List<string>();
        using var http = new HttpClient();
        for (var i = 0; i < connections; i++)
        {
            using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{Server.Port}/chain"), null);
            first.Add(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        }

        return new RefreshChains(Server.Port, "/rotate", HttpText.Basic("bench-web", Secret), first);
    }
}
