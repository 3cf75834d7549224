using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Faults;

/// <summary>kill -9 while entries are sealed and told to a webhook: the chain holds, and the receiver has heard of every entry, in order.</summary>
public sealed class AuditKillTests
{
    private const int Kills = 4;

    [Fact]
    public async Task Four_kills_leave_a_chain_that_holds_and_a_receiver_that_missed_nothing()
    {
        await using var receiver = await HookReceiver.StartAsync();
        using var server = new KilledServer();
        await server.StartAsync();
        var (made, hook) = await server.CommandAsync("webhooks", "create", receiver.Url, "--json");
        Assert.True(made == 0, hook);
        var random = new Random(20261122);

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var acknowledged = 0;
            var load = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        if (await server.RevokeAsync(await server.ServiceTokenAsync()) == HttpStatusCode.OK) Interlocked.Increment(ref acknowledged); // an entry each
                    }
                    catch (HttpRequestException)
                    {
                        return; // the kill
                    }
                }
            }, CancellationToken.None);
            await Until.TrueAsync(() => Task.FromResult(load.IsCompleted || Volatile.Read(ref acknowledged) > 10), "there is a load"); // as long as a slow machine takes
            await Task.Delay(random.Next(1000, 3000));
            await server.KillAsync();
            await stop.CancelAsync();
            await load;
            await server.StartAsync();
        }

        var sequences = await server.SequencesAfterWebhookAsync();
        await Task.Delay(TimeSpan.FromSeconds(15)); // so long the node that was killed last may still be telling, as far as the others know
        await Until.TrueAsync(() => Task.FromResult(receiver.Messages.Select(message => message.Sequence).ToHashSet().IsSupersetOf(sequences)), "the receiver heard of every entry");
        var (code, verified) = await server.CommandAsync("audit", "verify");
        var told = receiver.Messages;

        Assert.True(code == 0, verified);
        Assert.True(sequences.Count > 30, $"only {sequences.Count} entries: that was no load");
        Assert.Equal(told.Select(message => message.Sequence).Order(), told.Select(message => message.Sequence)); // what was told twice was so at once, before anything later
        var tries = server.Output.Split('\n').Count(line => line.Contains("could not be told of entry", StringComparison.Ordinal) || line.Contains("Webhooks could not be looked after", StringComparison.Ordinal)); // what took a starved receiver longer than the server waits is told again
        Assert.True(told.Count - told.Select(message => message.Id).Distinct().Count() <= Kills + tries, "an entry was told twice without a kill");
        Assert.True((await server.BreakAsync()) == 4, "an altered entry was not seen by audit verify");
    }
}
