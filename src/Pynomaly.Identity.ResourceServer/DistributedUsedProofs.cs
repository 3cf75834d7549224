using Microsoft.Extensions.Caching.Distributed;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Used DPoP proofs in the application's <see cref="IDistributedCache"/>, which its processes share. Not atomic: two processes that are shown one proof in the same moment may both accept it.</summary>
/// <remarks>A cache of that kind can look and write, and not both in one step; the moment is a cache's answer long. A proof that comes later is refused everywhere. What is exact: <see cref="IUsedProofs"/>.</remarks>
public sealed class DistributedUsedProofs : IUsedProofs
{
    private static readonly byte[] Used = [1];
    private readonly IDistributedCache _cache;

    /// <summary>Takes the cache.</summary>
    /// <exception cref="InvalidOperationException">The cache is one of this process.</exception>
    public DistributedUsedProofs(IDistributedCache cache)
    {
        if (cache is MemoryDistributedCache)
            throw new InvalidOperationException("AddDistributedMemoryCache keeps its entries in this process alone, so that no proof would be shared. Register a cache that all processes of this API use, or take DistributedUsedProofs out");
        _cache = cache;
    }

    /// <summary>Looks, and writes where nothing was found: two steps.</summary>
    public async ValueTask<bool> TryAddAsync(string proof, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (await _cache.GetAsync(proof, cancellationToken) is not null) return false;
        await _cache.SetAsync(proof, Used, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = lifetime }, cancellationToken);
        return true;
    }
}
