using System.Diagnostics;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.ApiKeys;
using Pynomaly.Identity.ResourceServer.Binding;
using Pynomaly.Identity.ResourceServer.Challenges;
using Pynomaly.Identity.ResourceServer.Ending;
using Pynomaly.Identity.ResourceServer.Revocation;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>All that one scheme holds in memory of its identity server: keys, revocation list, verified tokens. One a scheme, as long as the process lives.</summary>
internal sealed class TrustedIssuer : IDisposable
{
    private readonly HttpClient _http;
    private long _firstAsked;

    public TrustedIssuer(string scheme, PynomalyIdentityOptions options, IDataProtectionProvider protection, IUsedProofs? proofs, TimeProvider time, ILoggerFactory loggers)
    {
        Scheme = scheme;
        Options = options;
        if (options.BackchannelHandler is not null) Transport.Harden(options.BackchannelHandler);
        _http = new HttpClient(options.BackchannelHandler ?? Transport.Create(), disposeHandler: options.BackchannelHandler is null);
        _http.Timeout = Timeout.InfiniteTimeSpan; // each question has its own end
        _http.MaxResponseContentBufferSize = 32 * 1024 * 1024;
        var logger = loggers.CreateLogger(PynomalyIdentityDefaults.MeterName);
        Keys = new IssuerKeys(options, _http, time, logger);
        Revoked = new RevokedTokens(options, time);
        Follower = new RevocationFollower(options, new ListReader(options, _http, Keys, time), Keys, Revoked, time, logger);
        Validator = new TokenValidator(options, Keys, Revoked, time);
        Open = new OpenRequests(WhyEnded, time, logger);
        Revoked.Grown += Open.Look;
        ApiKeys = new ApiKeyExchange(options, _http, Keys, Validator, time, logger);
        Binding = new SenderConstraint(options, new ServerNonces(protection, time), proofs, time, logger);
        Challenge = new Challenge(options);
        Metadata = new ResourceMetadata(options);
    }

    public string Scheme { get; }

    public PynomalyIdentityOptions Options { get; }

    public IssuerKeys Keys { get; }

    public RevokedTokens Revoked { get; }

    public RevocationFollower Follower { get; }

    public TokenValidator Validator { get; }

    public OpenRequests Open { get; }

    public ApiKeyExchange ApiKeys { get; }

    public SenderConstraint Binding { get; }

    public Challenge Challenge { get; }

    public ResourceMetadata Metadata { get; }

    /// <summary>Why no token can be judged now; null: it can. After a start, waits for the first reading, until one moment for all requests.</summary>
    public async ValueTask<Refusal?> WhyNotReadyAsync(CancellationToken cancellationToken)
    {
        if (Keys.Metadata is null || (Options.FollowRevocations && !Revoked.IsRead)) await FirstReadAsync(cancellationToken);
        if (Keys.Metadata is null) return Refusal.NoKeys;
        await Keys.RequireAsync(cancellationToken); // at once: has them read again behind our back when they are a few minutes old
        return IsBlind ? Refusal.ListIsStale : null;
    }

    /// <summary>Whether the token still stands: time, keys and list, and that the list is young enough to say so.</summary>
    public bool Upholds(AccessToken token) => WhyEnded(token) is null;

    public void Dispose()
    {
        ApiKeys.Dispose();
        Open.Dispose();
        Follower.Dispose();
        _http.Dispose();
    }

    private bool IsBlind => Options.FollowRevocations && Revoked.IsStale && Options.WhenListIsStale == StaleListBehavior.Refuse;

    private Refusal? WhyEnded(AccessToken token) => IsBlind ? Refusal.ListIsStale : Validator.Judge(token);

    private async Task FirstReadAsync(CancellationToken cancellationToken)
    {
        // Counted from the first request: who comes later waits for the rest of it, and nobody after it has passed.
        var now = Stopwatch.GetTimestamp();
        var first = Interlocked.CompareExchange(ref _firstAsked, now, 0);
        var left = Options.FirstReadTimeout - Stopwatch.GetElapsedTime(first == 0 ? now : first, now);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero); // the keys are asked for even so
        try
        {
            while (!await Keys.RequireAsync(end.Token)) end.Token.ThrowIfCancellationRequested();
            if (Options.FollowRevocations) await Revoked.FirstRead.WaitAsync(end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
