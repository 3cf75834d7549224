using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Ending;

/// <summary>One request, or one connection to a hub, that ends with the token it was begun with.</summary>
internal sealed class OpenRequest(AccessToken token, Action abort, OpenRequests all) : IDisposable
{
    private readonly Lock _lock = new();
    private Action? _abort = abort;

    public AccessToken Token => token;

    /// <summary>Aborts it, unless it has ended by itself.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _abort?.Invoke();
            _abort = null;
        }
    }

    /// <summary>It has ended by itself. Servers use a request's context again for the next request of the connection, which must not be aborted in its place.</summary>
    public void Dispose()
    {
        all.Remove(this);
        lock (_lock) _abort = null;
    }
}
