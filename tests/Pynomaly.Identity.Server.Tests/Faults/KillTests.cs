using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Faults;

/// <summary>kill -9 under load, again and again: what the server has acknowledged is so afterwards, and what it has consumed or revoked stays so (F-01).</summary>
public sealed class KillTests
{
    private const int Kills = 20;
    private const int Chains = 6;

    [Fact]
    public async Task Twenty_kills_under_load_lose_no_acknowledged_rotation_redemption_or_revocation()
    {
        using var ledger = new KilledServer();
        var random = new Random(20261122); // the moments differ between machines anyway
        await ledger.StartAsync();
        await ledger.SignInAsync();
        List<RefreshChain> chains = [];
        for (var i = 0; i < Chains; i++) chains.Add(new RefreshChain(await ledger.BeginAsync()));
        List<string> revoked = [], redeemed = [];
        var rotations = 0;

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var before = revoked.Count;
            var load = chains.Select(chain => chain.RunAsync(ledger, stop.Token))
                .Append(RevokeAsync(ledger, revoked, stop.Token))
                .Append(RedeemAsync(ledger, redeemed, stop.Token)).ToArray();
            await Until.TrueAsync(() => Task.FromResult(load.Any(one => one.IsCompleted) || (revoked.Count > before && chains.All(chain => chain.Count > 1))), "there is a load"); // as long as a slow machine takes
            await Task.Delay(random.Next(0, 400));
            await ledger.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(load);
            rotations += chains.Sum(chain => chain.TakeCount());

            await ledger.StartAsync();
            foreach (var chain in chains) await chain.CheckAsync(ledger);
            foreach (var token in revoked.TakeLast(10)) Assert.False(await ledger.IsActiveAsync(token), $"kill {kill}: a revoked token is active again");
            foreach (var code in redeemed.TakeLast(3)) Assert.Equal(HttpStatusCode.BadRequest, await ledger.RedeemAgainAsync(code));
            redeemed.Clear();
        }

        Assert.True(rotations > Kills * Chains, $"only {rotations} rotations were acknowledged: that was no load");
        Assert.NotEmpty(revoked);
        Assert.Equal("ok", await ledger.IntegrityAsync());
    }

    private static async Task RevokeAsync(KilledServer server, List<string> revoked, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var token = await server.ServiceTokenAsync();
                if (await server.RevokeAsync(token) == HttpStatusCode.OK) revoked.Add(token);
            }
            catch (HttpRequestException)
            {
                return; // the kill: not acknowledged
            }
        }
    }

    private static async Task RedeemAsync(KilledServer server, List<string> redeemed, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                redeemed.Add((await server.CodeAndTokensAsync()).Code);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
