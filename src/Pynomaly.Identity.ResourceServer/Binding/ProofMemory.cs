using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Binding;

/// <summary>Accepts each DPoP proof once: in this process by its own memory, and in all processes of the API as exactly as the <see cref="IUsedProofs"/> that they share, where there is one. RFC 9449 §11.1.</summary>
internal sealed class ProofMemory(PynomalyIdentityOptions options, IUsedProofs? shared, TimeProvider time, ILogger logger, int most)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly TimeSpan _lifetime = options.DPoPProofLifetime + 2 * options.ClockSkew;
    private readonly ReplayCache _own = new(options.DPoPProofLifetime + 2 * options.ClockSkew, time, most);
    private long _warned; // when, in ms

    /// <summary>Proofs that this process remembers.</summary>
    public int Count => _own.Count;

    /// <summary>Takes the proof; or why it cannot be accepted.</summary>
    public async ValueTask<Refusal?> TakeAsync(AccessToken token, string thumbprint, string id, CancellationToken cancellationToken)
    {
        switch (_own.TryTake(token.ClientId, token.Subject, thumbprint, id))
        {
            case false: return UsedBefore;
            case null:
                if (MayWarn()) logger.LogReplayCacheFull(token.ClientId, _own.Count);
                return Refusal.TooManyProofs;
        }

        if (shared is null) return null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await shared.TryAddAsync(NameOf(thumbprint, id), _lifetime, end.Token).AsTask().WaitAsync(Timeout, time, cancellationToken) ? null : UsedBefore;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // What the application gave may not end by the token; whether it does is not waited for.
            if (failure is TimeoutException) await end.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (MayWarn()) logger.LogUsedProofsNotAsked(failure.Message);
            return Refusal.ProofsNotShared; // whether another process accepted it cannot be told
        }
    }

    private static Refusal UsedBefore => Refusal.Proof("The proof was used before");

    // Of this API: others may use the same memory, and a jti is unique for its address only (§4.2).
    private string NameOf(string thumbprint, string id) =>
        "pynomaly-proof:" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.ResourceIdentifier}\n{thumbprint}\n{id}")));

    // Once a second: whoever is refused comes as often as he likes, and the log is not his to fill.
    private bool MayWarn()
    {
        var (now, before) = (time.GetUtcNow().ToUnixTimeMilliseconds(), Interlocked.Read(ref _warned));
        return Math.Abs(now - before) >= 1000 && Interlocked.CompareExchange(ref _warned, now, before) == before;
    }
}
