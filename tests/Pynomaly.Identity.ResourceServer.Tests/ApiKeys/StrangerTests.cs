using System.Diagnostics;
using System.Globalization;
using System.Net;
using Pynomaly.Identity.ResourceServer.ApiKeys;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.ApiKeys;

/// <summary>Made-up API keys neither delay nor drive out those that were seen to hold, and do not spend what the identity server takes from the API's address.</summary>
public sealed class StrangerTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private volatile TaskCompletionSource? _gate; // while there is one, no stranger's key is judged
    private volatile bool _isBusy, _knowsNone;
    private TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        static bool IsReal(IReadOnlyDictionary<string, string> form) => form["client_secret"].StartsWith("pyn_real", StringComparison.Ordinal);
        _issuer.BeforeExchange = form => IsReal(form) || _gate is not { } gate ? Task.CompletedTask : gate.Task;
        _issuer.Exchange = form =>
        {
            if (_isBusy) return (HttpStatusCode.TooManyRequests, new { error = "slow_down" });
            return IsReal(form) && !_knowsNone ? (HttpStatusCode.OK, new { access_token = _issuer.Sign(claims => claims["client_id"] = "pyn_real000000000000") }) : (HttpStatusCode.Unauthorized, new { error = "invalid_client" });
        };
        _api = await TestApi.StartAsync(_issuer, options => options.AcceptApiKeys = true);
    }

    public async ValueTask DisposeAsync()
    {
        _gate?.TrySetResult();
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task Refusals_of_one_address_end_its_questions_and_nobody_elses_until_the_minute_is_over()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1"));
        var answers = new List<HttpStatusCode>();
        for (var number = 0; number < 30; number++) answers.Add(await AskAsync(MadeUp(number), "192.0.2.1"));

        Assert.Equal(Strangers.RefusalsOfOne, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(1 + Strangers.RefusalsOfOne, _issuer.Asked("/connect/token"));
        Assert.All(answers.Skip(Strangers.RefusalsOfOne), status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(Real(1), "192.0.2.1"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1")); // seen before
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(1), "192.0.2.2"));

        _issuer.Clock.Move(TimeSpan.FromSeconds(60));
        await _api.EventuallyAsync("/detectors", _issuer.Sign(), HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(2), "192.0.2.1"));
    }

    [Fact]
    public async Task From_many_addresses_fewer_are_asked_about_than_the_identity_server_takes_of_one()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1"));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => AskAsync(MadeUp(number), $"198.51.{number}.1")));

        Assert.Equal(Strangers.Refusals, _issuer.Asked("/connect/token") - 1);
        _issuer.Clock.Move(TimeSpan.FromSeconds(15)); // not a minute
        await _api.EventuallyAsync("/detectors", _issuer.Sign(), HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(Real(1), "192.0.2.1"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1"));
    }

    [Fact]
    public async Task A_few_that_make_up_keys_leave_a_part_for_who_has_asked_nothing_yet()
    {
        foreach (var address in new[] { "198.51.1.1", "198.51.2.1", "198.51.3.1" })
            for (var number = 0; number < 20; number++) await AskAsync(MadeUp(number + 20 * address[7]), address);

        Assert.InRange(_issuer.Asked("/connect/token"), Strangers.Refusals - Strangers.RefusalsKept, Strangers.Refusals - 1);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(Real(1), "198.51.3.1"));
    }

    [Fact]
    public async Task After_a_restart_senders_that_go_on_with_made_up_keys_do_not_keep_right_ones_out()
    {
        var number = 0;
        async Task SendAsync() // before anybody else in this minute, from six addresses
        {
            for (var address = 0; address < 6; address++)
                for (var attempt = 0; attempt < 3; attempt++) await AskAsync(MadeUp(number++), $"198.51.{address}.1");
        }

        await SendAsync();
        Assert.Equal(Strangers.Refusals, _issuer.Asked("/connect/token"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(Real(0), "192.0.2.1")); // all of it is theirs, this once

        for (var minute = 1; minute <= 4; minute++)
        {
            await MoveAsync(60);
            var asked = _issuer.Asked("/connect/token");
            await SendAsync();
            Assert.Equal(Strangers.Refusals - Strangers.RefusalsKept, _issuer.Asked("/connect/token") - asked);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(minute), $"192.0.2.{minute}"));
        }

        await MoveAsync(3600); // they are forgotten
        var before = _issuer.Asked("/connect/token");
        await SendAsync();
        Assert.Equal(Strangers.Refusals, _issuer.Asked("/connect/token") - before);
    }

    [Fact]
    public async Task Keys_that_held_before_and_are_refused_now_count_too()
    {
        for (var number = 0; number < Strangers.Refusals; number++) Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(number), "192.0.2.1"));
        await MoveAsync(595);
        _knowsNone = true;
        for (var number = 0; number < Strangers.Refusals; number++) Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Real(number), "192.0.2.1"));
        var asked = _issuer.Asked("/connect/token");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(MadeUp(0), "192.0.2.2"));
        Assert.Equal(asked, _issuer.Asked("/connect/token"));
    }

    [Fact]
    public async Task A_server_that_takes_no_more_is_asked_about_no_stranger_until_it_says_and_about_a_known_key_once()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1"));
        await MoveAsync(595);
        (_isBusy, _issuer.ExchangeLater) = (true, 20);
        for (var number = 0; number < 30; number++) Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(MadeUp(number), $"198.51.{number}.1"));
        Assert.Equal(2, _issuer.Asked("/connect/token")); // the first, which was told so

        for (var attempt = 0; attempt < 5; attempt++) Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(Real(0), "192.0.2.1"));
        Assert.Equal(3, _issuer.Asked("/connect/token"));
        await MoveAsync(19);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(Real(0), "192.0.2.1"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(MadeUp(40), "198.51.40.1"));
        Assert.Equal(3, _issuer.Asked("/connect/token"));

        _isBusy = false;
        await MoveAsync(1);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(1), "192.0.2.1"));
    }

    [Fact]
    public async Task A_known_key_that_is_exchanged_in_the_pause_lets_the_other_known_ones_through_and_no_stranger()
    {
        for (var number = 0; number < 3; number++) Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(number), "192.0.2.1"));
        await MoveAsync(595);
        (_isBusy, _issuer.ExchangeLater) = (true, 3600); // a minute is the most that is believed
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(MadeUp(0), "198.51.0.1"));
        _isBusy = false;

        for (var number = 0; number < 3; number++) Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(number), "192.0.2.1"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(Real(3), "192.0.2.1"));
        await MoveAsync(60);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(3), "192.0.2.1"));
    }

    [Fact]
    public async Task A_key_that_was_seen_to_hold_is_exchanged_again_while_made_up_ones_hold_all_the_questions()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(Real(0), "192.0.2.1"));
        _issuer.Clock.Move(TimeSpan.FromSeconds(595));
        await _api.EventuallyAsync("/detectors", _issuer.Sign(), HttpStatusCode.OK);
        var gate = _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, 60).Select(number => AskAsync(MadeUp(number), $"198.51.{number}.1")).ToArray();
        while (_issuer.Asked("/connect/token") < 5) await Task.Delay(10, TestContext.Current.CancellationToken);

        var answer = await AskAsync(Real(0), "192.0.2.1");

        Assert.Equal(HttpStatusCode.OK, answer);
        Assert.Equal(6, _issuer.Asked("/connect/token")); // its own, and four strangers' that are open still
        gate.SetResult();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task One_address_holds_so_many_questions_open_and_no_more()
    {
        for (var round = 0; ; round++)
        {
            var begun = Stopwatch.StartNew();
            var gate = _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var waiting = Enumerable.Range(40 * round, 40).Select(number => AskAsync(MadeUp(number), string.Create(CultureInfo.InvariantCulture, $"2001:db8:1:{round:x}::{number:x}"))).ToArray();
            while (waiting.Count(one => one.IsCompleted) < 40 - Strangers.OpenOfOne) await Task.Delay(10, TestContext.Current.CancellationToken);

            Assert.All(waiting.Where(one => one.IsCompleted), one => Assert.Equal(HttpStatusCode.ServiceUnavailable, one.Result));
            await Task.Delay(200, TestContext.Current.CancellationToken);
            var (answered, isInTime) = (waiting.Count(one => one.IsCompleted), begun.Elapsed < TimeSpan.FromSeconds(9));
            gate.SetResult();
            await Task.WhenAll(waiting);
            if (isInTime || round == 5)
            {
                Assert.Equal(40 - Strangers.OpenOfOne, answered);
                return;
            }

            await MoveAsync(60); // after ten seconds who waits for a turn is sent away: a starved machine tries again
        }
    }

    [Fact]
    public async Task A_key_that_goes_on_being_refused_is_asked_about_less_and_less_often()
    {
        foreach (var pause in new[] { 30, 60, 120, 240, 240 })
        {
            var before = _issuer.Asked("/connect/token");
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(MadeUp(0), "192.0.2.1"));
            Assert.Equal(before + 1, _issuer.Asked("/connect/token"));
            await MoveAsync(pause - 1);
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(MadeUp(0), "192.0.2.1"));
            Assert.Equal(before + 1, _issuer.Asked("/connect/token"));
            await MoveAsync(1);
        }
    }

    private async Task MoveAsync(int seconds)
    {
        _issuer.Clock.Move(TimeSpan.FromSeconds(seconds));
        await _api.EventuallyAsync("/detectors", _issuer.Sign(), HttpStatusCode.OK);
    }

    private static string Real(int number) => $"pyn_real{number:D12}_{new string('0', 49)}";

    private static string MadeUp(int number) => $"pyn_made{number:D12}_{new string('0', 49)}";

    private async Task<HttpStatusCode> AskAsync(string key, string address)
    {
        var context = await _api.Server.SendAsync(context =>
        {
            (context.Request.Scheme, context.Request.Host, context.Request.Path) = ("https", new Microsoft.AspNetCore.Http.HostString("api.test"), "/detectors");
            context.Request.Headers.Authorization = $"ApiKey {key}";
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        }, TestContext.Current.CancellationToken);
        return (HttpStatusCode)context.Response.StatusCode;
    }
}
