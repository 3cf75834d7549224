using Microsoft.AspNetCore.Identity;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

public sealed class PasswordHasherTests
{
    private readonly PasswordHasher hasher = new(new Passwords(10));
    private readonly User user = new();

    [Fact]
    public void UserManager_gets_our_hashes_and_our_verdicts()
    {
        var stored = hasher.HashPassword(user, "a quiet green morning");

        Assert.StartsWith("pyn1$2b$10$", stored, StringComparison.Ordinal);
        Assert.Equal(PasswordVerificationResult.Success, hasher.VerifyHashedPassword(user, stored, "a quiet green morning"));
        Assert.Equal(PasswordVerificationResult.Failed, hasher.VerifyHashedPassword(user, stored, "a quiet grey morning"));
        Assert.Equal(
            PasswordVerificationResult.SuccessRehashNeeded,
            hasher.VerifyHashedPassword(user, "$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC", "a"));
    }
}
