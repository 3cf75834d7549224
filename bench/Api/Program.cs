using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Pynomaly.Identity.Bench.Api;
using Pynomaly.Identity.Bench.Driver;

if (args is ["serve", var door, var servePort, var address])
{
    await Api.RunAsync(door, int.Parse(servePort, CultureInfo.InvariantCulture), address);
    return 0;
}

var (rounds, span, entries, connections) = (Number("--rounds", 7), Number("--seconds", 2), Number("--entries", 1_000_000), Number("--connections", 16));
var issuer = new Issuer(Server.FreePort(), entries);
await issuer.StartAsync();
var doors = new[] { "none", "jwtbearer", "package" };
var servers = doors.ToDictionary(name => name, name => new Server(name, "/ready", port => new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], "serve", name, $"{port}", issuer.Address])));
try
{
    foreach (var server in servers.Values) Console.WriteLine($"{server.Name}: ready after {(await server.StartAsync()).TotalMilliseconds:0} ms");
    await ProveAsync();

    // Seen before: 1,000 people, each with a token that is used again and again. Never seen: more tokens than are remembered, in turns.
    foreach (var (workload, count) in new[] { ("tokens seen before (1,000 in use)", 1_000), ("every token for the first time", 40_000) })
    {
        var tokens = Enumerable.Range(0, count).Select(_ => issuer.Sign()).ToArray();
        var scripts = servers.ToDictionary(one => one.Key, one => (Script)new ManyRequests([.. tokens.Select(token => Request(one.Value.Port, token))], "the detectors"u8.ToArray()));
        foreach (var (name, server) in servers) await Load.RunAsync(server, scripts[name], connections, 3); // warm
        var measured = servers.Keys.ToDictionary(name => name, _ => new List<Round>());
        for (var round = 0; round < rounds; round++)
            foreach (var (name, server) in servers) measured[name].Add(await Load.RunAsync(server, scripts[name], connections, span));
        Print(workload, [.. measured.Select(one => new Measurement(workload, one.Key, connections, one.Value))]);
        if (measured.Values.Any(all => all.Sum(round => round.Failures) > 0)) return 1;
    }

    using var http = new HttpClient();
    Console.WriteLine($"\nlist: {await http.GetStringAsync($"http://127.0.0.1:{servers["package"].Port}/list")}");
    foreach (var (name, server) in servers)
        Console.WriteLine($"{name}: heap {long.Parse(await http.GetStringAsync($"http://127.0.0.1:{server.Port}/heap"), CultureInfo.InvariantCulture) / 1e6:0.0} MB after a collection, resident {server.MemoryMb("VmRSS"):0} MB, at most {server.MemoryMb("VmHWM"):0} MB");
    return 0;
}
finally
{
    foreach (var server in servers.Values) server.Dispose();
}

int Number(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

static byte[] Request(int port, string token) => Encoding.ASCII.GetBytes($"GET /detectors HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n");

// What is measured does what it says: a token of the list is refused by the package alone, one without the permission by both.
async Task ProveAsync()
{
    await ExpectAsync("package", issuer.Sign(issuer.Revoked(0)), HttpStatusCode.Unauthorized);
    await ExpectAsync("package", issuer.Sign(issuer.Revoked(entries - 1)), HttpStatusCode.Unauthorized);
    await ExpectAsync("jwtbearer", issuer.Sign(issuer.Revoked(0)), HttpStatusCode.OK);
    await ExpectAsync("package", issuer.Sign(permission: "read:other"), HttpStatusCode.Forbidden);
    await ExpectAsync("jwtbearer", issuer.Sign(permission: "read:other"), HttpStatusCode.Forbidden);
    await ExpectAsync("package", issuer.Sign(), HttpStatusCode.OK);
}

async Task ExpectAsync(string name, string token, HttpStatusCode expected)
{
    using var http = new HttpClient();
    using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{servers[name].Port}/detectors");
    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    using var answer = await http.SendAsync(request);
    if (answer.StatusCode != expected) throw new InvalidOperationException($"{name} answered {(int)answer.StatusCode}, not {(int)expected}");
}

void Print(string workload, Measurement[] measured)
{
    var plain = measured.Single(one => one.Target == "jwtbearer");
    var none = measured.Single(one => one.Target == "none");
    Console.WriteLine($"\n{workload}, {connections} connections, {rounds} rounds of {span} s\n| door | requests per CPU-second | to JwtBearer | to none | requests per second | to JwtBearer | p50 ms | p99 ms | rounds differ by |\n| --- | --: | --: | --: | --: | --: | --: | --: | --: |");
    foreach (var one in measured)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {one.Target} | {one.PerCpuSecond:N0} | **{one.PerCpuSecond / plain.PerCpuSecond:0.00}** | {one.PerCpuSecond / none.PerCpuSecond:0.00} | {one.PerSecond:N0} | {one.PerSecond / plain.PerSecond:0.00} | {one.P50:0.00} | {one.P99:0.00} | {one.Spread:P0} |"));
}
