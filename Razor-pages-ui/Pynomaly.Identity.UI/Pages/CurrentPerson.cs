using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Who is signed in at this browser.</summary>
internal sealed class CurrentPerson(Sessions sessions, Accounts accounts)
{
    /// <summary>The living session and its account; null when nobody is signed in.</summary>
    public async Task<(Session Session, Account Account)?> FindAsync(HttpContext context, CancellationToken cancellationToken) =>
        await sessions.CurrentAsync(context, cancellationToken) is { } session && await accounts.FindAsync(session.UserId, cancellationToken) is { } account
            ? (session, account) : null;
}
