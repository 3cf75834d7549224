using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Client;

/// <summary>One client's token: fetched when first needed, kept, renewed before it ends. One request at a time, whoever waits shares the answer.</summary>
internal sealed class TokenSource : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5); // a token that ends on its way is refused
    private readonly PynomalyTokensOptions _options;
    private readonly TokenAnswers _answers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task<HeldToken>? _fetching;
    private volatile HeldToken? _held;

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
        if (_held is { } held && now < held.Ends)
        {
            if (now >= held.RenewAt) _ = Fetch();
            return ValueTask.FromResult(held);
        }

        return new ValueTask<HeldToken>(Fetch().WaitAsync(cancellationToken));
    }

    /// <summary>Lets a token go that was refused, unless another one is held already.</summary>
    public void Drop(HeldToken refused) => Interlocked.CompareExchange(ref _held, null, refused);

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
            _held = held;
            _logger.LogTokenFetched(_options.ClientId ?? "API key", (int)lifetime.TotalSeconds);
            return held;
        }
        catch (PynomalyTokenException failure)
        {
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
        return new HeldToken(text, scheme, now + lifetime * share, now + lifetime - margin);
    }
}
