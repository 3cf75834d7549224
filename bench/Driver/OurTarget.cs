using System.Diagnostics;
using System.Text.Json;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>The server under test, as published, with the applications and the person of bench/apply.json.</summary>
internal sealed class OurTarget(string bench, string data) : Target(new Server("ours", "/.well-known/openid-configuration", port => Start(
    "dotnet", data,
    [Path.Combine(bench, "bin", "server", "Pynomaly.Identity.Server.dll"), "serve", .. Apply(bench, data), "--urls", $"http://127.0.0.1:{port}"],
    ("ASPNETCORE_ENVIRONMENT", "Production"),
    ("Identity__Issuer", $"http://127.0.0.1:{port}"),
    ("Identity__KeysDirectory", Path.Combine(data, "keys")),
    ("ConnectionStrings__Identity", $"Data Source={Path.Combine(data, "identity.db")}"),
    ("Identity__Metrics__Port", $"{Server.FreePort()}"),
    // Counted, but never reached.
    ("Identity__Limits__TokenPerAddress", "100000000"),
    ("Identity__Limits__FailuresPerAddress", "100000000"),
    ("Identity__Limits__SignInPerAddress", "100000000"),
    ("Identity__Limits__IntrospectionPerAddress", "100000000"),
    ("Identity__Limits__AuthorizePerAddress", "100000000"))))
{
    // More than the server remembers having verified, so that each signature is checked.
    private const int ManyTokens = 20_000;

    public Uri Address => new($"http://127.0.0.1:{Server.Port}");

    public override async Task<Script?> ScriptAsync(string workload, int connections) => workload switch
    {
        "cc-basic" => Token("/connect/token", "bench-service"),
        "cc-post" => TokenByPost("/connect/token", "bench-service-post"),
        "cc-key" => new SameRequest(HttpText.Post(Server.Port, "/connect/token", null, $"{ClientCredentials}&client_secret={await KeyAsync()}"), "\"access_token\":"u8.ToArray()),
        "cc-rs256" => Token("/connect/token", "bench-service-rs256"),
        "introspect" => await IntrospectAsync("/connect/introspect", "/connect/token", "bench-service", "bench-api", ManyTokens),
        "introspect-again" => await IntrospectAsync("/connect/introspect", "/connect/token", "bench-service", "bench-api", 1),
        "refresh" => await ChainsAsync(connections, "offline_access pynomaly_api"),
        "refresh-id-token" => await ChainsAsync(connections, "openid offline_access pynomaly_api"),
        "discovery" => Get("/.well-known/openid-configuration", "issuer"),
        "jwks" => Get("/.well-known/jwks", "keys"),
        _ => null,
    };

    // The first start makes the data; the others start on data that exists.
    private static string[] Apply(string bench, string data) => File.Exists(Path.Combine(data, "identity.db")) ? [] : ["--apply", Path.Combine(bench, "apply.json")];

    // A key of bench-service, made as an operator makes one, beside the running server.
    private async Task<string> KeyAsync()
    {
        var start = Start("dotnet", data, [Path.Combine(bench, "bin", "server", "Pynomaly.Identity.Server.dll"), "api-keys", "create", "bench-service", "--name", "bench", "--json"],
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("Identity__Issuer", $"http://127.0.0.1:{Server.Port}"), ("Identity__KeysDirectory", Path.Combine(data, "keys")),
            ("ConnectionStrings__Identity", $"Data Source={Path.Combine(data, "identity.db")}"));
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The command did not start.");
        var made = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return JsonDocument.Parse(made).RootElement.GetProperty("key").GetString()!;
    }

    private async Task<Script> ChainsAsync(int connections, string scope)
    {
        // One sign-in; the session then answers for every further authorization.
        using var browser = new Browser(Address);
        var first = new List<string>();
        for (var i = 0; i < connections; i++) first.Add(await browser.AuthorizeAsync("bench-web", scope));
        return new RefreshChains(Server.Port, "/connect/token", HttpText.Basic("bench-web", Secret), first);
    }
}
