namespace Pynomaly.Identity.ResourceServer;

/// <summary>The DPoP proofs that were used, where all processes of an API see them: register one as a singleton service, and a proof that one process accepted is refused by all (RFC 9449 §11.1).</summary>
/// <remarks>
/// It is as exact as its <see cref="TryAddAsync"/>: <see cref="DistributedUsedProofs"/> (on <c>IDistributedCache</c>) may let two uses in the same moment pass; one of your own on a database or on Redis need not.
/// Without one each process remembers for itself.
/// </remarks>
public interface IUsedProofs
{
    /// <summary>Remembers a proof unless it is there already. Should be one atomic step: an INSERT that a unique key refuses, or a SET with NX.</summary>
    /// <param name="proof">What names it: 58 printable ASCII characters, from which nothing can be learned.</param>
    /// <param name="lifetime">How long it must be remembered; longer does no harm.</param>
    /// <param name="cancellationToken">Ends when the request does, and after two seconds.</param>
    /// <returns>True: it was not there. Where it cannot be told, throw: the request is answered 503.</returns>
    ValueTask<bool> TryAddAsync(string proof, TimeSpan lifetime, CancellationToken cancellationToken);
}
