using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

public sealed class PasswordsTests
{
    // htpasswd, passlib and BCrypt.Net write such hashes; this one is libxcrypt's, of "correct horse battery staple".
    private const string Imported = "$2b$12$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy";

    private readonly Passwords passwords = new(10);

    [Fact]
    public void A_password_verifies_against_its_own_hash_only()
    {
        var stored = passwords.Hash("a quiet green morning");

        Assert.Equal(PasswordVerdict.Success, passwords.Verify(stored, "a quiet green morning"));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, "a quiet green mornin"));
    }

    [Theory]
    [InlineData("Secret of mine", "secret of mine")]
    [InlineData(" Secret of mine", "Secret of mine")]
    [InlineData("Secret of mine ", "Secret of mine")]
    public void PW_09_Case_and_blanks_at_either_end_count(string password, string other) =>
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(passwords.Hash(password), other));

    [Theory]
    [InlineData("p\u00e4ssw\u00f6rd of 2026", "pa\u0308sswo\u0308rd of 2026")]
    [InlineData("\uff50\uff41ssword \u2460", "password 1")]
    public void PW_09_However_the_keyboard_composed_it_it_is_the_same_password(string composed, string decomposed) =>
        Assert.Equal(PasswordVerdict.Success, passwords.Verify(passwords.Hash(composed), decomposed));

    [Fact]
    public void PW_09_Emoji_are_characters_like_others()
    {
        var stored = passwords.Hash("🦉🦉🦉🦉🦉🦉🦉🦊");

        Assert.Equal(PasswordVerdict.Success, passwords.Verify(stored, "🦉🦉🦉🦉🦉🦉🦉🦊"));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, "🦉🦉🦉🦉🦉🦉🦉🦉"));
    }

    [Fact]
    public void The_last_of_256_characters_counts()
    {
        var stored = passwords.Hash(new string('x', 255) + "y");

        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, new string('x', 256)));
        Assert.Equal(PasswordVerdict.Success, passwords.Verify(stored, new string('x', 255) + "y"));
    }

    [Fact]
    public void The_stored_form_is_the_one_that_is_documented()
    {
        var stored = passwords.Hash("p\u00e4ssw\u00f6rd");
        var prehashed = Convert.ToBase64String(HMACSHA384.HashData("Pynomaly.Identity password 1"u8, Encoding.UTF8.GetBytes("p\u00e4ssw\u00f6rd")));

        Assert.StartsWith("pyn1$2b$10$", stored, StringComparison.Ordinal);
        Assert.Equal(64, stored.Length);
        Assert.True(Bcrypt.Verify(Encoding.UTF8.GetBytes(prehashed), stored.AsSpan(4)));
    }

    [Theory]
    [InlineData(Imported)]
    [InlineData("$2a$12$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy")]
    [InlineData("$2y$12$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy")]
    public void A_plain_bcrypt_hash_of_another_system_verifies_and_asks_to_be_replaced(string stored)
    {
        Assert.Equal(PasswordVerdict.SuccessRehashNeeded, passwords.Verify(stored, "correct horse battery staple"));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, "correct horse battery stapler"));
    }

    [Fact]
    public void A_plain_hash_is_of_the_exact_text()
    {
        var stored = Bcrypt.Hash(Encoding.UTF8.GetBytes("pa\u0308ssword"), 4);

        Assert.Equal(PasswordVerdict.SuccessRehashNeeded, passwords.Verify(stored, "pa\u0308ssword"));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, "p\u00e4ssword"));
    }

    [Fact]
    public void No_tail_after_72_bytes_passes_for_a_plain_hash()
    {
        var stored = Bcrypt.Hash(Encoding.UTF8.GetBytes(new string('x', 72)), 4);

        Assert.Equal(PasswordVerdict.SuccessRehashNeeded, passwords.Verify(stored, new string('x', 72)));
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, new string('x', 73)));
    }

    [Fact]
    public void A_hash_below_the_configured_cost_asks_to_be_replaced_and_one_above_does_not()
    {
        var stored = passwords.Hash("a quiet green morning");

        Assert.Equal(PasswordVerdict.SuccessRehashNeeded, new Passwords(11).Verify(stored, "a quiet green morning"));
        Assert.Equal(PasswordVerdict.Success, passwords.Verify(new Passwords(11).Hash("a quiet green morning"), "a quiet green morning"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$2b$04$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy")]
    [InlineData("$2a$08$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy")]
    [InlineData("$2y$10$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy")]
    [InlineData("pyn1$2b$10$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy")]
    [InlineData("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA")]
    public void UE_01_A_refusal_is_the_work_of_one_hash_of_ours_whatever_the_account_came_with(string stored)
    {
        var unknown = RoundsOf(() => passwords.VerifyDummy("wrong"));

        Assert.Equal(1 << 10, unknown);
        Assert.Equal(unknown, RoundsOf(() => Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, "wrong"))));
    }

    [Theory]
    [InlineData("pbkdf2-sha1", 1)]
    [InlineData("pbkdf2-sha256", 10_000)]
    [InlineData("pbkdf2-sha512", 1_000)]
    public void UE_01_What_an_imported_pbkdf2_hash_lacks_in_work_is_made_up(string digest, int iterations)
    {
        var stored = $"{digest}${iterations}$c2FsdHNhbHRzYWx0$MDEyMzQ1Njc4OWFiY2RlZmdoaWo=";
        var ours = HashingCosts.OfBcrypt(10);
        var foreign = HashingCosts.OfPbkdf2(digest[7..], iterations);
        Assert.True(foreign < ours, "The test wants a cheaper hash");

        var made = HashingCosts.OfBcrypt(0) * RoundsOf(() => Assert.Equal(PasswordVerdict.Failed, passwords.Verify(stored, "wrong")));

        Assert.InRange(foreign + made, ours - HashingCosts.OfBcrypt(4), ours);
    }

    [Theory]
    [InlineData("$2b$10$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy", false)]
    [InlineData("$2b$11$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy", true)]
    [InlineData("pbkdf2-sha512$2000000$c2FsdHNhbHRzYWx0$MDEyMzQ1Njc4OWFiY2RlZmdoaWo=", true)]
    [InlineData("pbkdf2-sha1$1$c2FsdHNhbHRzYWx0$MDEyMzQ1Njc4OWFiY2RlZmdoaWo=", false)]
    public void UE_01_A_hash_that_takes_longer_than_ours_is_known_as_such(string stored, bool isCostlier) => Assert.Equal(isCostlier, Passwords.IsCostlier(stored, 10));

    [Fact]
    public void PW_09_Text_that_is_no_text_is_refused()
    {
        // Not as [InlineData]: attributes are stored as UTF-8, which cannot hold half a character.
        Assert.All(["\ud800 is half a character", "half a character is \udc00", "a NUL \0 inside"], password =>
        {
            Assert.False(Passwords.IsWellFormed(password));
            Assert.Throws<ArgumentException>(() => passwords.Hash(password));
            Assert.Equal(PasswordVerdict.Failed, passwords.Verify(Imported, password));
            passwords.VerifyDummy(password);
        });
    }

    [Theory]
    [InlineData('x', 4096, true)]
    [InlineData('x', 4097, false)]
    [InlineData('ä', 2048, true)]
    [InlineData('ä', 2049, false)]
    public void PW_07_At_most_4096_bytes_are_hashed(char letter, int count, bool wellFormed) =>
        Assert.Equal(wellFormed, Passwords.IsWellFormed(new string(letter, count)));

    [Theory]
    [InlineData(Imported, true)]
    [InlineData("pyn1" + Imported, true)]
    [InlineData("pyn2" + Imported, false)]
    [InlineData("pyn1pyn1" + Imported, false)]
    [InlineData("$2b$17$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy", false)]
    [InlineData("$2x$12$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy", false)]
    [InlineData("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA", false)]
    [InlineData("correct horse battery staple", false)]
    [InlineData("", false)]
    public void A_hash_is_told_from_what_is_none(string text, bool isHash)
    {
        Assert.Equal(isHash, Passwords.IsHash(text));
        if (!isHash) Assert.Equal(PasswordVerdict.Failed, passwords.Verify(text, "correct horse battery staple"));
    }

    [Fact]
    public void The_mark_decides_whether_the_pre_hash_applies() =>
        Assert.Equal(PasswordVerdict.Failed, passwords.Verify("pyn1" + Imported, "correct horse battery staple"));

    private static long RoundsOf(Action work)
    {
        var before = Bcrypt.RoundsOfThisThread;
        work();
        return Bcrypt.RoundsOfThisThread - before;
    }

    [Theory]
    [InlineData(9)]
    [InlineData(17)]
    public void A_cost_outside_10_to_16_stops_the_start(int cost) => Assert.Throws<ArgumentOutOfRangeException>(() => new Passwords(cost));
}
