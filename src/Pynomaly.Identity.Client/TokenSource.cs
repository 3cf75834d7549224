using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Client;

/// <summary>One client's token: fetched when first needed, kept, renewed before it ends. One request at a time, whoever waits shares the answer.</summary>
internal sealed class TokenSource : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5); // a token that ends on its way is refused
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1), LongRest = TimeSpan.FromSeconds(5), Young = TimeSpan.FromSeconds(10);
    private readonly PynomalyTokensOptions _options;
    private readonly TokenAnswers _answers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task<HeldToken>? _fetching;
    private volatile HeldToken? _held;
    private volatile Failed? _failed;

    public TokenSource(PynomalyTokensOptions options, Timed http, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        Possession = options.UseDPoP ? new Possession(time) : null;
        _answers = new TokenAnswers(options, http, Possession, time);
    }

    /// <summary>The key that tokens are bound to; null: they are not.</summary>
    public Possession? Possession { get; }

    /// <summary>A token that is good now. One that is to be renewed is given while its successor is on the way.</summary>
    /// <exception cref="PynomalyTokenException">There is none.</exception>
    public ValueTask<HeldToken> GetAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var failed = _failed is { } last && now < last.Until ? last : null; // the identity server is not asked again for every request
        if (_held is { } held && now < held.Ends)
        {
            if (now >= held.RenewAt && failed is null) _ = Fetch();
            return ValueTask.FromResult(held);
        }

        if (failed is not null) throw failed.Again();
        return new ValueTask<HeldToken>(Fetch().WaitAsync(cancellationToken));
    }

    /// <summary>Lets a token go that was refused, unless another one is held already. False for one that is new: its successor would be refused too.</summary>
    public bool Drops(HeldToken refused)
    {
        if (_time.GetUtcNow() - refused.Fetched < Young && _held == refused) return false;
        Interlocked.CompareExchange(ref _held, null, refused);
        return true;
    }

    public void Dispose()
    {
        _answers.Dispose();
        Possession?.Dispose();
    }

    private Task<HeldToken> Fetch()
    {
        lock (_gate)
        {
            if (_fetching is { IsCompleted: false } open) return open;

            // What ended between the caller's look and this one.
            var now = _time.GetUtcNow();
            if (_held is { } held && now < held.RenewAt) return Task.FromResult(held);
            if (_fetching is { IsFaulted: true } broken && _failed is { } failed && now < failed.Until) return broken;
            var fetching = Task.Run(FetchAsync);
            _ = fetching.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default); // seen, also where nobody waits for a renewal
            return _fetching = fetching;
        }
    }

    private async Task<HeldToken> FetchAsync()
    {
        try
        {
            var (text, scheme, lifetime) = await _answers.AskAsync();
            var held = Hold(text, scheme, lifetime);
            (_held, _failed) = (held, null);
            _logger.LogTokenFetched(_options.ClientId ?? "API key", (int)lifetime.TotalSeconds);
            return held;
        }
        catch (PynomalyTokenException failure)
        {
            _failed = new Failed(failure, _time.GetUtcNow() + (failure.RetryAfter ?? (failure.IsTransient ? Rest : LongRest)));
            _logger.LogTokenNotFetched(_options.ClientId ?? "API key", failure.Failure, failure.Error ?? "-", failure.Message);
            throw;
        }
    }

    // Renewed in the last third of its life, each process at a moment of its own, so that a thousand that started together do not ask together.
    private HeldToken Hold(string text, string scheme, TimeSpan lifetime)
    {
        var now = _time.GetUtcNow();
        var share = 0.66 + RandomNumberGenerator.GetInt32(200) / 1000.0;
        var margin = lifetime > 2 * Margin ? Margin : lifetime / 4;
        return new HeldToken(text, scheme, now, now + lifetime * share, now + lifetime - margin);
    }

    private sealed record Failed(PynomalyTokenException Failure, DateTimeOffset Until)
    {
        // A new one each time: one exception thrown twice would tell a mixed story.
        public PynomalyTokenException Again() => new(Failure.Failure, Failure.Message, Failure.StatusCode, Failure.Error, Failure) { RetryAfter = Failure.RetryAfter };
    }
}
