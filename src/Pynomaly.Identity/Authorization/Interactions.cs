using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Authorization;

/// <summary>Authorization requests that wait for the person: a row each, bound to the browser that began.</summary>
public sealed class Interactions
{
    /// <summary>The request; null when it is unknown, done, expired, or another browser's, or its client may ask no more.</summary>
    public Task<Interaction?> FindAsync(string id, HttpContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The person has just signed in on the page of this request, which is what prompt=login and max_age ask for. To be called with the session that the sign-in started.</summary>
    public Task SignedInAsync(Interaction interaction, Session session, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The person goes on with the account that is signed in.</summary>
    public Task SelectAccountAsync(Interaction interaction, HttpContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The person who is signed in allows what is asked for.</summary>
    public Task AllowAsync(Interaction interaction, HttpContext context, Remember remember, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The person refuses: the client gets access_denied.</summary>
    public Task DenyAsync(Interaction interaction, HttpContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
}
