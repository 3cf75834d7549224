using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>Browser sessions: rows on the server, a random reference in the cookie.</summary>
public sealed class Sessions
{
    /// <summary>The living session of the request's cookie, its person not disabled; null when there is none. Looked up once a request.</summary>
    public ValueTask<Session?> CurrentAsync(HttpContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Starts a session for a person who has just proved who they are, with a fresh cookie value (ASVS 7.2.4). The same person's session of this browser goes on under its sid with renewed auth_time; another person's is ended.</summary>
    public Task<Session> StartAsync(HttpContext context, string userId, IReadOnlyList<string> amr, string acr, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes the cookie away; the row is ended by TokenRevoker.</summary>
    public void Forget(HttpContext context) => throw new NotSupportedException();
}
