using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Faults;

/// <summary>A measurement, made when it is asked for: the time from the acknowledgement of a revocation to the moment at which each way of hearing of it says so, over one node and over two.</summary>
/// <remarks>dotnet test --filter "FullyQualifiedName~RevocationDelay" -- xUnit.Explicit=only. The nodes are processes on loopback; the first one revokes, the last one is asked.</remarks>
public sealed class RevocationDelayTests(ITestOutputHelper output)
{
    private const int Rounds = 200;
    private const int Warm = 10;

    [Fact(Explicit = true)]
    public async Task One_node_on_SQLite()
    {
        using var server = new KilledServer();
        await server.StartAsync();
        await MeasureAsync("SQLite, one node", server, server);
    }

    [Fact(Explicit = true)]
    public async Task Two_nodes_on_PostgreSql()
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        using var first = new KilledServer(await PostgreSqlCluster.CreateDatabaseAsync());
        await first.StartAsync();
        using var second = new KilledServer(first);
        await second.StartAsync();
        await MeasureAsync("PostgreSQL, two nodes", first, second);
    }

    private async Task MeasureAsync(string name, KilledServer here, KilledServer there)
    {
        await using var push = await PushReceiver.StartAsync();
        var (made, text) = await here.CommandAsync("receivers", "create", push.Url, "--event", "session-revoked", "--json");
        Assert.True(made == 0, text);
        await here.SignInAsync();
        var ways = new List<(string Name, Func<Task<double>> Measure)>
        {
            ("event stream", await StreamAsync(here, there)), ("long poll", () => PollAsync(here, there)), ("introspection", () => IntrospectAsync(here, there)),
            ("Token Status List, asked without pause", () => StatusAsync(here, there)), ("push of a SET", () => PushAsync(here, push)),
        };
        var times = ways.ToDictionary(way => way.Name, _ => new List<double>());
        for (var round = -Warm; round < Rounds; round++)
        {
            foreach (var (way, measure) in ways)
            {
                var taken = await measure();
                if (round >= 0) times[way].Add(taken);
            }
        }

        foreach (var (way, taken) in times)
        {
            taken.Sort();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {way} | {taken[Rounds / 2]:0.0} | {taken[Rounds * 99 / 100]:0.0} | {taken[^1]:0.0} |"));
        }

        output.WriteLine(await CostAsync(here));
        Assert.All(times.Values, taken => Assert.Equal(Rounds, taken.Count));
    }

    // What a place on a status list costs: tokens of a client that asks for it and of one that does not, in turns.
    private static async Task<string> CostAsync(KilledServer here)
    {
        long[] taken = [0, 0];
        for (var round = 0; round < 10; round++)
        {
            foreach (var (which, client) in new[] { (0, "svc"), (1, "listed") })
            {
                var start = Stopwatch.GetTimestamp();
                await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
                {
                    for (var i = 0; i < 50; i++) await here.ServiceTokenAsync(client);
                }));
                if (round > 0) taken[which] += Stopwatch.GetTimestamp() - start;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"A token with a place on a status list takes {(double)taken[1] / taken[0]:0.00} times as long as one without (8 connections)");
    }

    private static async Task<Func<Task<double>>> StreamAsync(KilledServer here, KilledServer there)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/connect/revocations?since={await CursorAsync(there)}") { Headers = { { "Accept", "text/event-stream" } } };
        var response = await there.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var events = SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
        return async () =>
        {
            var token = await here.ServiceTokenAsync();
            var heard = Task.Run(async () =>
            {
                while (await events.MoveNextAsync())
                    if (events.Current.Data.Contains(JtiOf(token), StringComparison.Ordinal)) return Stopwatch.GetTimestamp();
                throw new InvalidOperationException("The stream ended");
            });
            return After(await RevokeAsync(here, token), await heard);
        };
    }

    private static async Task<double> PollAsync(KilledServer here, KilledServer there)
    {
        var token = await here.ServiceTokenAsync();
        var since = await CursorAsync(there);
        var heard = Task.Run(async () =>
        {
            while (true)
            {
                var answer = await there.Http.GetStringAsync($"/connect/revocations?since={since}&wait=30");
                if (answer.Contains(JtiOf(token), StringComparison.Ordinal)) return Stopwatch.GetTimestamp();
                since = JsonElement.Parse(answer).GetProperty("cursor").GetString()!;
            }
        });
        await Task.Delay(20); // it waits by now
        return After(await RevokeAsync(here, token), await heard);
    }

    private static async Task<double> IntrospectAsync(KilledServer here, KilledServer there)
    {
        var token = await here.ServiceTokenAsync();
        var acknowledged = await RevokeAsync(here, token);
        while (await there.IsActiveAsync(token)) await Task.Yield();
        return After(acknowledged, Stopwatch.GetTimestamp());
    }

    private static async Task<double> StatusAsync(KilledServer here, KilledServer there)
    {
        var token = await here.ServiceTokenAsync("listed");
        var place = ClaimsOf(token).GetProperty("status").GetProperty("status_list");
        var (index, address) = (place.GetProperty("idx").GetInt32(), new Uri(place.GetProperty("uri").GetString()!).PathAndQuery);
        var acknowledged = await RevokeAsync(here, token, "listed");
        while (!await IsSetAsync(there, address, index)) await Task.Yield();
        return After(acknowledged, Stopwatch.GetTimestamp());
    }

    private static async Task<double> PushAsync(KilledServer here, PushReceiver push)
    {
        var (_, refresh) = await here.CodeAndTokensAsync();
        var heard = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        push.Answer = _ =>
        {
            heard.TrySetResult(Stopwatch.GetTimestamp());
            return Task.FromResult(202);
        };
        Assert.Equal(HttpStatusCode.OK, await here.RevokeRefreshTokenAsync(refresh));
        return After(Stopwatch.GetTimestamp(), await heard.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task<bool> IsSetAsync(KilledServer there, string address, int index)
    {
        var list = JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars((await there.Http.GetStringAsync(address)).Split('.')[1]));
        await using var zlib = new ZLibStream(new MemoryStream(System.Buffers.Text.Base64Url.DecodeFromChars(list.GetProperty("status_list").GetProperty("lst").GetString()!)), CompressionMode.Decompress);
        using var bits = new MemoryStream();
        await zlib.CopyToAsync(bits);
        return (bits.ToArray()[index / 8] >> (index % 8) & 1) == 1;
    }

    private static async Task<long> RevokeAsync(KilledServer here, string token, string client = "svc")
    {
        Assert.Equal(HttpStatusCode.OK, await here.RevokeAsync(token, client));
        return Stopwatch.GetTimestamp();
    }

    private static async Task<string> CursorAsync(KilledServer server) => JsonElement.Parse(await server.Http.GetStringAsync("/connect/revocations")).GetProperty("cursor").GetString()!;

    private static JsonElement ClaimsOf(string token) => JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));

    private static string JtiOf(string token) => ClaimsOf(token).GetProperty("jti").GetString()!;

    // What was heard before the acknowledgement came back counts as at once.
    private static double After(long acknowledged, long heard) => Math.Max(0, Stopwatch.GetElapsedTime(acknowledged, heard).TotalMilliseconds);
}
