using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Fabric;

/// <summary>Revocation and key rotation as they run in production: processes, two nodes, two APIs that follow different ones, and others' requests all the time. How long it takes is measured by bench/revocation.</summary>
[Collection(typeof(FabricCollection))]
public sealed class FabricTests(FabricFixture fabric)
{
    private const int Revocations = 50;

    [Fact]
    public async Task Under_load_what_either_node_revokes_is_refused_by_both_APIs_and_nothing_else_is()
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        await using var load = new Load(fabric);
        List<string> revoked = [];

        for (var round = 0; round < Revocations; round++)
        {
            var node = fabric.Nodes[round % 2];
            var token = await fabric.Nodes[round / 2 % 2].ServiceTokenAsync();
            foreach (var api in fabric.Apis) Assert.Equal(HttpStatusCode.OK, await api.JudgeAsync(token));

            Assert.Equal(HttpStatusCode.OK, await node.RevokeAsync(token));

            foreach (var api in fabric.Apis) await api.EventuallyAsync(token, HttpStatusCode.Unauthorized);
            revoked.Add(token);
        }

        foreach (var token in revoked)
            foreach (var api in fabric.Apis) Assert.Equal(HttpStatusCode.Unauthorized, await api.JudgeAsync(token));
        await load.EndAsync(100);
        Assert.Empty(load.Refused);
    }

    [Fact]
    public async Task Under_load_two_rotations_of_the_signing_key_refuse_no_token_and_the_new_keys_are_accepted_at_once()
    {
        Assert.SkipWhen(PostgreSqlCluster.WhyUnavailable is not null, PostgreSqlCluster.WhyUnavailable ?? "");
        await using var load = new Load(fabric);

        for (var rotation = 0; rotation < 2; rotation++)
        {
            var before = KidOf(await fabric.Nodes[0].ServiceTokenAsync());
            await Until.TrueAsync(() => Task.FromResult(load.Kids.Contains(before)), "tokens of the old key are in use");
            var (exit, said) = await fabric.Nodes[0].CommandAsync("keys", "rotate", "--alg", "ES256");
            Assert.True(exit == 0, said);
            foreach (var node in fabric.Nodes) await Until.TrueAsync(async () => KidOf(await node.ServiceTokenAsync()) is var kid && kid != before && load.Kids.Contains(kid), "the new key signs, and its tokens are in use");
        }

        await load.EndAsync(200);
        Assert.Empty(load.Refused);
        Assert.InRange(load.Kids.Count, 3, int.MaxValue);
    }

    private static string KidOf(string token) => JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0])).GetProperty("kid").GetString()!;

    /// <summary>Services and a person that go on with their work: new tokens of both nodes, each shown to both APIs at once and again later, and to userinfo of both nodes.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly FabricFixture _fabric;
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;
        private readonly ConcurrentDictionary<string, byte> _kids = new();
        private int _asked;

        public Load(FabricFixture fabric)
        {
            _fabric = fabric;
            _running = Task.WhenAll(Task.Run(() => ServiceAsync(0)), Task.Run(() => ServiceAsync(1)), Task.Run(PersonAsync));
        }

        public ConcurrentQueue<string> Refused { get; } = new();

        public ICollection<string> Kids => _kids.Keys;

        /// <summary>Ends it once so many requests were asked.</summary>
        public async Task EndAsync(int least)
        {
            await Until.TrueAsync(() => Task.FromResult(_running.IsCompleted || Volatile.Read(ref _asked) >= least), $"{least} requests");
            await _end.CancelAsync();
            await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync(0);
            _end.Dispose();
        }

        private async Task ServiceAsync(int node)
        {
            List<string> earlier = [];
            while (!_end.IsCancellationRequested)
            {
                var token = await _fabric.Nodes[node].ServiceTokenAsync();
                _kids.TryAdd(KidOf(token), 0);
                earlier.Add(token);
                foreach (var shown in (string[])[token, earlier[earlier.Count / 2], earlier[0]])
                    foreach (var api in _fabric.Apis) Note(await api.JudgeAsync(shown), "an API", shown);
                await Task.Delay(10);
            }
        }

        private async Task PersonAsync()
        {
            while (!_end.IsCancellationRequested)
            {
                var token = await _fabric.Nodes[0].PersonTokenAsync();
                foreach (var node in _fabric.Nodes) Note(await node.UserInfoAsync(token), "userinfo", token);
                foreach (var api in _fabric.Apis) Note(await api.JudgeAsync(token), "an API", token);
                await Task.Delay(50);
            }
        }

        private void Note(HttpStatusCode status, string where, string token)
        {
            Interlocked.Increment(ref _asked);
            if (status != HttpStatusCode.OK) Refused.Enqueue($"{where} answered {(int)status} to a good token of key {KidOf(token)}");
        }
    }
}
