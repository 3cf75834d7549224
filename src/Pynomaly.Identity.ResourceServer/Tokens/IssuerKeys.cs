using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>The identity server's metadata and signing keys, found by discovery (RFC 8414, RFC 7517) and read again in time.</summary>
/// <remarks>
/// IdentityModel's own ConfigurationManager answers with the keys that it has while it fetches new ones, so that the first token of a new key is refused. Here a token with an unknown
/// kid waits for one reading of the key set, which all others of that moment share; readings are at least <see cref="Pause"/> apart, and so many requests wait at most, so that
/// made-up kids cost the identity server one small request in that time and us nothing that grows.
/// </remarks>
[Specification("RFC 8414", "OAuth 2.0 Authorization Server Metadata")]
internal sealed class IssuerKeys(PynomalyIdentityOptions options, HttpClient http, TimeProvider time, ILogger logger)
{
    /// <summary>Least time between two readings for an unknown kid.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private const int MostWaiting = 256;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5), Longest = TimeSpan.FromHours(24), Timeout = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly HttpDocumentRetriever _documents = new(http) { RequireHttps = options.Issuer.StartsWith("https://", StringComparison.OrdinalIgnoreCase) };
    private volatile Known? _known;
    private volatile bool _isFailing;
    private Task? _reading;
    private long _ended;
    private int _waiting;

    /// <summary>What was discovered; null until it was, and once it is too old to be believed.</summary>
    public OpenIdConnectConfiguration? Metadata => Current?.Metadata;

    /// <summary>Whether the last reading failed: then a kid that is not known may be a good one.</summary>
    public bool IsFailing => _isFailing;

    private Known? Current => _known is { } known && time.GetUtcNow() - known.Read < Longest ? known : null;

    /// <summary>The key, if it is known. A key that left the published set verifies nothing any more.</summary>
    public IssuerKey? Find(string kid) => Current?.Keys.GetValueOrDefault(kid);

    /// <summary>Finds the key, reading the key set once more when it is not known.</summary>
    public async ValueTask<IssuerKey?> FindAsync(string kid, CancellationToken cancellationToken)
    {
        if (Find(kid) is { } known) return known;
        try
        {
            if (Interlocked.Increment(ref _waiting) <= MostWaiting) await ReadAsync().WaitAsync(cancellationToken);
            return Find(kid);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Waits for the first reading. Answers whether keys are there.</summary>
    public async ValueTask<bool> RequireAsync(CancellationToken cancellationToken)
    {
        if (Current is { } known)
        {
            if (time.GetUtcNow() - known.Read > Fresh) _ = ReadAsync(); // nobody waits for it: what is known is good
            return true;
        }

        await ReadAsync().WaitAsync(cancellationToken);
        return Current is not null;
    }

    // One at a time: who comes while it runs, or waits for its turn, shares it.
    private Task ReadAsync()
    {
        lock (_lock)
        {
            var wait = _ended == 0 ? TimeSpan.Zero : Pause - time.GetElapsedTime(_ended);
            return _reading ??= Task.Run(() => ReadOnceAsync(wait));
        }
    }

    private async Task ReadOnceAsync(TimeSpan wait)
    {
        try
        {
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time);
            using var end = new CancellationTokenSource(Timeout, time);
            var metadata = await OpenIdConnectConfigurationRetriever.GetAsync($"{options.Issuer.TrimEnd('/')}/.well-known/openid-configuration", _documents, end.Token);
            if (metadata.Issuer != options.Issuer) throw new InvalidOperationException("its discovery document names another issuer"); // RFC 8414 §3.3
            // Keys come from, and secrets go to these addresses: never in clear text over a network, whatever the document says.
            if (!AddressesIn(metadata).All(IsPrivate))
                throw new InvalidOperationException("its discovery document names an address that is not https");
            var keys = IssuerKey.ReadAll(metadata.JsonWebKeySet, options.AcceptedAlgorithms);
            if (_known is null || keys.Keys.Any(kid => !_known.Keys.ContainsKey(kid))) logger.LogKeysRead(keys.Count);
            (_known, _isFailing) = (new Known(metadata, keys, time.GetUtcNow()), false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException) // whatever a stranger's document makes of its readers: the known keys stay
        {
            if (!_isFailing) logger.LogKeysNotRead(failure.GetBaseException().Message);
            _isFailing = true;
        }
        finally
        {
            lock (_lock) (_ended, _reading) = (time.GetTimestamp(), null);
        }
    }

    // http on this machine only, and only where the issuer itself is reached so.
    private bool IsPrivate(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (!_documents.RequireHttps && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static IEnumerable<string> AddressesIn(OpenIdConnectConfiguration metadata)
    {
        if (metadata.JwksUri is { } keys) yield return keys;
        if (metadata.TokenEndpoint is { } token) yield return token;
        if (metadata.AdditionalData.TryGetValue("pynomaly_revocations_endpoint", out var named) && named?.ToString() is { } list) yield return list;
    }

    private sealed record Known(OpenIdConnectConfiguration Metadata, IReadOnlyDictionary<string, IssuerKey> Keys, DateTimeOffset Read);
}
