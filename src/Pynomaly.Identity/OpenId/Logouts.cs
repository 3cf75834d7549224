using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.OpenId;

/// <summary>Sign-outs that wait for the person's word, each bound to the browser that began.</summary>
public sealed class Logouts
{
    /// <summary>The request; null when it is unknown, done, expired, or another browser's.</summary>
    public Task<PendingLogout?> FindAsync(string id, HttpContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Signs the person out of this browser and answers where to send it: the client's address with its state, or the signed-out page. Null is a person who came by themselves.</summary>
    public Task<string> ConfirmAsync(PendingLogout? logout, HttpContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
}
