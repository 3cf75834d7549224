using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>Authenticator apps (RFC 6238): add, prove, name, remove.</summary>
public sealed class Authenticators
{
    /// <summary>The person's, oldest first; without seeds.</summary>
    public Task<IReadOnlyList<Authenticator>> ListAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Begins to add one.</summary>
    public Task<AuthenticatorEnrolment> BeginAsync(HttpContext context, string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The one that is being added, to be shown again after a wrong code; null when it has expired or is another person's or browser's.</summary>
    public Task<AuthenticatorEnrolment?> FindAsync(HttpContext context, string userId, string handle, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Adds it when the code holds. False: the code is wrong, or the enrolment has ended.</summary>
    public Task<bool> ProveAsync(HttpContext context, string userId, string handle, string code, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Gives it another name. False: there is none.</summary>
    public Task<bool> RenameAsync(string userId, string id, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Removes it. False: there is none.</summary>
    public Task<bool> RemoveAsync(HttpContext context, string userId, string id, CancellationToken cancellationToken) => throw new NotSupportedException();
}
