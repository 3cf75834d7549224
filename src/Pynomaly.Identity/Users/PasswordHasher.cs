using Microsoft.AspNetCore.Identity;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>ASP.NET Core Identity's door to <see cref="Passwords"/>, for code that goes through UserManager.</summary>
/// <remarks>It hashes on the calling thread. Sign-in and everything else that a stranger can trigger calls <see cref="Passwords"/> on a queue instead.</remarks>
internal sealed class PasswordHasher(Passwords passwords) : IPasswordHasher<User>
{
    /// <inheritdoc/>
    public string HashPassword(User user, string password) => passwords.Hash(password);

    /// <inheritdoc/>
    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) =>
        passwords.Verify(hashedPassword, providedPassword) switch
        {
            PasswordVerdict.Success => PasswordVerificationResult.Success,
            PasswordVerdict.SuccessRehashNeeded => PasswordVerificationResult.SuccessRehashNeeded,
            _ => PasswordVerificationResult.Failed,
        };
}
