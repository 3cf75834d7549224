using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.ResourceServer.Ending;
using Pynomaly.Identity.ResourceServer.Revocation;
using Pynomaly.Identity.ResourceServer.Tokens;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Ending;

/// <summary>What is held of open requests, under a clock whose timers the test rings: what ends without one ends by the list's own word.</summary>
public sealed class OpenRequestsTests : IDisposable
{
    private readonly HandClock _time = new();
    private readonly RevokedTokens _revoked;
    private readonly OpenRequests _open;
    private readonly ConcurrentDictionary<UInt128, bool> _aborted = [];

    public OpenRequestsTests()
    {
        _revoked = new RevokedTokens(new PynomalyIdentityOptions(), _time);
        _open = new OpenRequests(token => token.Expires <= Now ? Refusal.Expired : _revoked.Contains(token) ? Refusal.Revoked : null, _time, NullLogger.Instance);
        _revoked.Grown += _open.Look;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose() => _open.Dispose();

    [Fact]
    public async Task One_page_of_the_list_ends_those_that_are_on_it_and_no_other_of_ten_thousand()
    {
        for (var id = 1; id <= 10_000; id++) Open((UInt128)id);
        UInt128[] revoked = [.. Enumerable.Range(1, 5_000).Select(half => (UInt128)(2 * half))];

        _revoked.Add(Page(revoked));

        Assert.Equal(5_000, _open.Count);
        Assert.Equal([new("revoked", 5_000)], _open.Ended);
        await Until.TrueAsync(() => Task.FromResult(_aborted.Count == 5_000), "they were aborted");
        Assert.Equal(revoked, _aborted.Keys.Order());
    }

    [Fact]
    public async Task A_token_that_was_revoked_after_it_was_judged_and_before_it_was_held_ends_at_once()
    {
        _revoked.Add(Page(7));

        Open(7);

        Assert.Equal(0, _open.Count);
        await Until.TrueAsync(() => Task.FromResult(_aborted.ContainsKey(7)), "it was aborted");
    }

    [Fact]
    public async Task Whichever_comes_first_the_list_or_the_request_it_ends()
    {
        for (var id = 1; id <= 500; id++)
        {
            using var start = new Barrier(2);
            var key = (UInt128)id;
            await Task.WhenAll(
                Task.Run(() =>
                {
                    start.SignalAndWait();
                    Open(key);
                }, TestContext.Current.CancellationToken),
                Task.Run(() =>
                {
                    start.SignalAndWait();
                    _revoked.Add(Page(key));
                }, TestContext.Current.CancellationToken));
            Assert.Equal(0, _open.Count);
        }

        await Until.TrueAsync(() => Task.FromResult(_aborted.Count == 500), "each was aborted");
        Assert.Equal([new("revoked", 500)], _open.Ended);
    }

    [Fact]
    public async Task Nothing_is_aborted_once_it_is_over()
    {
        var late = 0;
        for (var id = 1; id <= 500; id++)
        {
            var isOver = false;
            using var start = new Barrier(2);
            var key = (UInt128)id;
            var request = _open.Add(Token(key), () => late += Volatile.Read(ref isOver) ? 1 : 0);
            await Task.WhenAll(
                Task.Run(() =>
                {
                    start.SignalAndWait();
                    request.Dispose();
                    Volatile.Write(ref isOver, true);
                }, TestContext.Current.CancellationToken),
                Task.Run(() =>
                {
                    start.SignalAndWait();
                    _revoked.Add(Page(key));
                }, TestContext.Current.CancellationToken));
            request.Abort(); // the latest that it can come
        }

        Assert.Equal(0, late);
        Assert.Equal(0, _open.Count);
    }

    [Fact]
    public async Task Somebody_looks_after_a_second_while_anything_is_open_and_nobody_does_otherwise()
    {
        Assert.Equal(0, _time.Wound);
        var lasting = Open(1, expires: Now + 100);
        Open(2, expires: Now + 10);
        Assert.Equal(1, _time.Wound); // one timer for all

        _time.Ring();
        Assert.Equal((2, 2), (_open.Count, _time.Wound));
        _time.Now += TimeSpan.FromSeconds(10);
        _time.Ring();
        Assert.Equal((1, 3), (_open.Count, _time.Wound));
        await Until.TrueAsync(() => Task.FromResult(_aborted.ContainsKey(2)), "what has expired is aborted");
        lasting.Dispose();
        _time.Ring();
        Assert.Equal((0, 3), (_open.Count, _time.Wound));
        Open(3);

        Assert.Equal(4, _time.Wound);
    }

    [Fact]
    public async Task What_an_application_does_at_the_end_holds_up_neither_the_list_nor_the_others()
    {
        var isOver = new ManualResetEventSlim();
        _open.Add(Token(1), isOver.Wait);
        _open.Add(Token(2), () => throw new InvalidOperationException("it fails"));
        Open(3);

        _revoked.Add(Page(1, 2, 3)); // returns

        await Until.TrueAsync(() => Task.FromResult(_aborted.ContainsKey(3)), "the others are aborted");
        Assert.Equal(0, _open.Count);
        isOver.Set();
    }

    [Fact]
    public void A_caller_of_another_scheme_has_no_token_of_ours_to_end_with()
    {
        var request = new DefaultHttpContext();

        new RequestEnding(null!).Begin(request, new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ada")], "cookies"))); // asks for no issuer

        Assert.Empty(RequestEnding.AskedBy(request));
    }

    private OpenRequest Open(UInt128 id, long? expires = null) => _open.Add(Token(id, expires), () => _aborted[id] = true);

    private AccessToken Token(UInt128 id, long? expires = null) =>
        new() { Kid = "first", Subject = "nightly", ClientId = "nightly", Id = id, IssuedAt = Now, NotBefore = Now, Expires = expires ?? Now + 3600, Claims = [] };

    private ListPage Page(params UInt128[] ids) => new() { Cursor = "1", HasMore = false, Generated = Now, Revoked = [.. ids.Select(id => (id, Now + 3600))], CutOffs = [] };

    /// <summary>A clock whose one timer rings when the test says so.</summary>
    private sealed class HandClock : TimeProvider
    {
        private HandTimer? _timer;

        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        /// <summary>How often it was wound up.</summary>
        public int Wound => _timer!.Wound;

        public override DateTimeOffset GetUtcNow() => Now;

        public void Ring() => _timer!.Ring();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _timer = new HandTimer(() => callback(state));
    }

    private sealed class HandTimer(Action ring) : ITimer
    {
        public int Wound { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal((TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan), (dueTime, period));
            Wound++;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
