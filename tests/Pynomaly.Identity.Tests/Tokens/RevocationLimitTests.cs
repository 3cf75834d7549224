using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>One address asks for the public lists more than any API would: it waits, and nobody else does.</summary>
public sealed class RevocationLimitTests(RevocationLimitTests.StrictServer server) : ServerSuite(server), IClassFixture<RevocationLimitTests.StrictServer>
{
    private long Sequence => Server.Services.GetRequiredService<RevocationList>().Sequence;

    [Fact]
    public async Task DO_an_address_over_its_share_of_the_list_waits_and_others_do_not()
    {
        using var greedy = Machine("192.0.2.21", isPatient: false); // each question counts once
        using var other = Machine("192.0.2.22");
        var answers = new List<HttpResponseMessage>();
        var newest = $"/connect/revocations?since={Sequence}";
        for (var i = 0; i < 61; i++) answers.Add(await greedy.GetAsync(i % 2 == 0 ? newest : "/connect/statuslist?list=1"));

        Assert.DoesNotContain(answers[..60], answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        await answers[60].AssertRefusedAsync("slow_down", HttpStatusCode.TooManyRequests);
        Assert.True(answers[60].Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(newest)).StatusCode);
    }

    [Fact]
    public async Task DO_what_an_address_is_told_counts_as_well_as_how_often_it_asks()
    {
        var before = Sequence;
        await FillAsync(7500); // weigh as much as thirty requests
        using var machine = Machine("192.0.2.23");

        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync($"/connect/revocations?since={before}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync($"/connect/revocations?format=jwt&since={before}")).StatusCode);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await machine.GetAsync($"/connect/revocations?since={Sequence}")).StatusCode);
    }

    [Fact]
    public async Task DO_readers_that_do_not_read_hold_up_their_own_address_only()
    {
        var readers = Server.Services.GetRequiredService<RevocationReaders>();
        (readers.Patience, readers.ShortestReading) = (2 * Until.Patience, 2 * Until.Patience); // a slow machine is no slow reader
        var before = Sequence;
        await FillAsync(1500); // more than a connection holds back for its reader
        var whole = $"/connect/revocations?since={before}";
        using var slow = Machine("192.0.2.24");
        using var other = Machine("192.0.2.25");
        var unread = new List<HttpResponseMessage>();
        for (var i = 0; i < RevocationReaders.MostOfAddress; i++) unread.Add(await slow.GetAsync(whole, HttpCompletionOption.ResponseHeadersRead));

        var waits = slow.GetAsync(whole);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(whole)).StatusCode);
        Assert.False(waits.IsCompleted);
        Assert.Equal(HttpStatusCode.OK, (await slow.GetAsync($"/connect/revocations?since={Sequence}")).StatusCode); // a short part needs no turn

        await unread[0].Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.OK, (await waits.WaitAsync(Until.Patience)).StatusCode);
        foreach (var one in unread) one.Dispose();
    }

    [Fact]
    public async Task DO_a_list_closed_to_strangers_is_no_place_to_guess_secrets_at()
    {
        using var machine = Machine("192.0.2.26");
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(machine, $"guess{i}")).StatusCode);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(machine, TestData.Secret)).StatusCode);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await machine.GetAsync("/connect/statuslist?list=1")).StatusCode); // it takes no secret
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient machine, string secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/connect/revocations");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{TestData.Api}:{secret}")));
        return machine.SendAsync(request);
    }

    private HttpClient Machine(string address, bool isPatient = true)
    {
        var machine = isPatient ? Server.Machine(address: address) : new HttpClient(Server.Handler(0, address)) { BaseAddress = new Uri(TestServer.Issuer) };
        machine.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{TestData.Api}:{TestData.Secret}")));
        return machine;
    }

    private async Task FillAsync(int entries)
    {
        var now = Server.Clock.GetUtcNow();
        var list = Server.Services.GetRequiredService<RevocationList>();
        await Server.Services.GetRequiredService<Database>().WriteAsync(async (session, stop) =>
        {
            await RevocationList.AddAsync(session, Enumerable.Range(0, entries).Select(_ => (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), now.AddMinutes(30))), now, stop);
            return true;
        }, TestContext.Current.CancellationToken);
        list.Load();
    }

    /// <summary>A server that allows little, and tells clients only; though a bit more than is asked, for who comes again on a starved machine.</summary>
    public sealed class StrictServer() : TestServer("Sqlite")
    {
        /// <inheritdoc/>
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
            [new("Identity:Limits:ListsPerAddress", "60"), new("Identity:Limits:FailuresPerAddress", "5"), new("Identity:RevocationList:Access", "Clients")];
    }
}
