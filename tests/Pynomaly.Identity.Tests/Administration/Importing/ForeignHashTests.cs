using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration.Importing;

/// <summary>Hashes that other systems made themselves: they verify, ask to be replaced, and cost no more than is bearable.</summary>
public sealed class ForeignHashTests
{
    private const string Password = "Grüße aus Köln 42";
    private readonly Passwords passwords = new(10);

    public static TheoryData<string, string> Kept => new()
    {
        { "passlib 1.7.4, bcrypt", ForeignHashes.OfPasslib("$2b$10$se/Bx3rLmn6kqvRY4tjOZuHBJ9HbLQ8rjaMgR2iVfjLstmx/uS4KS")! },
        { "ASP.NET Core Identity, version 2", ForeignHashes.OfAspNet(AspNet(PasswordHasherCompatibilityMode.IdentityV2))! },
        { "ASP.NET Core Identity, version 3", ForeignHashes.OfAspNet(AspNet(PasswordHasherCompatibilityMode.IdentityV3))! },
        { "Keycloak, pbkdf2", Keycloak("pbkdf2", HashAlgorithmName.SHA1, 64) },
        { "Keycloak, pbkdf2-sha256", Keycloak("pbkdf2-sha256", HashAlgorithmName.SHA256, 64) },
        { "Keycloak, pbkdf2-sha512", Keycloak("pbkdf2-sha512", HashAlgorithmName.SHA512, 64) },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void A_hash_of_another_system_verifies_its_password_alone_and_asks_to_be_replaced(string system, string stored)
    {
        Assert.NotEmpty(system);
        Assert.True(Passwords.IsHash(stored));
        Assert.Equal(PasswordVerdict.SuccessRehashNeeded, passwords.Verify(stored, Password));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, Password + " "));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, ""));
    }

    [Theory]
    [InlineData("pbkdf2-sha256$1000000000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256$0$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256$-1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-md5$1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256$1000$$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA==$")]
    [InlineData("pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAAAAA==$AAAA")]
    [InlineData("pbkdf2-sha256$1000$!$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("pbkdf2-")]
    public void A_stored_text_that_is_no_such_hash_or_costs_too_much_is_refused_at_the_usual_price(string stored)
    {
        Assert.Null(Pbkdf2Hash.Read(stored));
        Assert.False(Passwords.IsHash(stored));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, Password));
    }

    [Fact]
    public void Costs_beyond_what_is_bearable_are_not_taken_over()
    {
        var salt = new byte[16];
        var hash = new byte[32];

        Assert.NotNull(Pbkdf2Hash.Write("sha256", Pbkdf2Hash.MostIterations, salt, hash));
        Assert.Null(Pbkdf2Hash.Write("sha256", Pbkdf2Hash.MostIterations + 1L, salt, hash));
        Assert.Null(ForeignHashes.OfKeycloak("pbkdf2-sha256", 1_000_000_000, Convert.ToBase64String(salt), Convert.ToBase64String(hash)));
        Assert.Null(ForeignHashes.OfPasslib("$2b$31$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy"));
        Assert.Null(ForeignHashes.OfKeycloak("argon2", 5, Convert.ToBase64String(salt), Convert.ToBase64String(hash)));
        byte[] hostile = [1, 0, 0, 0, 1, 0x3b, 0x9a, 0xca, 0, 0, 0, 0, 16, .. salt, .. hash];
        Assert.Null(ForeignHashes.OfAspNet(Convert.ToBase64String(hostile)));
        byte[] endless = [1, 0, 0, 0, 1, 0, 0, 0x27, 0x10, 0xff, 0xff, 0xff, 0xff, .. salt, .. hash];
        Assert.Null(ForeignHashes.OfAspNet(Convert.ToBase64String(endless)));
    }

    [Fact]
    public void The_first_block_of_a_longer_hash_proves_as_much()
    {
        var stored = Keycloak("pbkdf2", HashAlgorithmName.SHA1, 64);

        Assert.Equal(20, Convert.FromBase64String(stored.Split('$')[3]).Length);
        Assert.Equal(PasswordVerdict.SuccessRehashNeeded, passwords.Verify(stored, Password));
    }

    [Fact]
    public void A_cheap_hash_is_known_as_one()
    {
        Assert.True(ForeignHashes.IsWeak(ForeignHashes.OfAspNet(AspNet(PasswordHasherCompatibilityMode.IdentityV2))!));
        Assert.False(ForeignHashes.IsWeak(ForeignHashes.OfAspNet(AspNet(PasswordHasherCompatibilityMode.IdentityV3))!));
        Assert.True(ForeignHashes.IsWeak("$2b$04$se/Bx3rLmn6kqvRY4tjOZuHBJ9HbLQ8rjaMgR2iVfjLstmx/uS4KS"));
    }

    /// <summary>A hash as ASP.NET Core Identity's own hasher makes it.</summary>
    internal static string AspNet(PasswordHasherCompatibilityMode mode, string password = Password) =>
        new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { CompatibilityMode = mode, IterationCount = 10_000 })).HashPassword(new object(), password);

    /// <summary>Salt and hash as Keycloak derives them.</summary>
    internal static (string Salt, string Value) Derive(HashAlgorithmName digest, int iterations, int length, string password = Password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return (Convert.ToBase64String(salt), Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, digest, length)));
    }

    private static string Keycloak(string algorithm, HashAlgorithmName digest, int length)
    {
        var (salt, value) = Derive(digest, 27_500, length);
        return ForeignHashes.OfKeycloak(algorithm, 27_500, salt, value)!;
    }
}
