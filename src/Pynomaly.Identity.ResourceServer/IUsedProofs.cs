namespace Pynomaly.Identity.ResourceServer;

/// <summary>The DPoP proofs that were used, where all processes of an API see them: register one as a singleton service, and a proof is accepted once by all of them together (RFC 9449 §11.1).</summary>
/// <remarks>Without one each process remembers for itself. <see cref="DistributedUsedProofs"/> is one on <c>IDistributedCache</c>; one of your own on a database or on Redis can be exact where that is not.</remarks>
public interface IUsedProofs
{
    /// <summary>Remembers a proof unless it is there already, in one atomic step: an INSERT that a unique key refuses, or a SET with NX.</summary>
    /// <param name="proof">What names it: 58 printable ASCII characters, from which nothing can be learned.</param>
    /// <param name="lifetime">How long it must be remembered; longer does no harm.</param>
    /// <param name="cancellationToken">Ends when the request does.</param>
    /// <returns>True: it was not there. Where it cannot be told, throw: the request is answered 503.</returns>
    ValueTask<bool> TryAddAsync(string proof, TimeSpan lifetime, CancellationToken cancellationToken);
}
