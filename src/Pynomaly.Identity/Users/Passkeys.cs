using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>Passkeys (Web Authentication Level 3): add, sign in with, name, remove.</summary>
public sealed class Passkeys
{
    /// <summary>The person's, oldest first.</summary>
    public Task<IReadOnlyList<Passkey>> ListAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Begins to add one (§7.1).</summary>
    public Task<PasskeyCeremony> BeginCreationAsync(HttpContext context, string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Adds it. The name is the authenticator's model where the person gives none.</summary>
    public Task<PasskeyResult> AddAsync(HttpContext context, string userId, string handle, string credential, string? name, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Begins a sign-in with a passkey (§7.2): of whoever holds one, or as the second factor of a pending sign-in.</summary>
    public Task<PasskeyCeremony> BeginRequestAsync(HttpContext context, PendingSignIn? pending, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends it: starts the session. Succeeded, Failed or Throttled.</summary>
    public Task<SignInResult> SignInAsync(HttpContext context, string handle, string credential, PendingSignIn? pending, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Gives it another name. False: there is none.</summary>
    public Task<bool> RenameAsync(string userId, string id, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Removes it. False: there is none.</summary>
    public Task<bool> RemoveAsync(HttpContext context, string userId, string id, CancellationToken cancellationToken) => throw new NotSupportedException();
}
