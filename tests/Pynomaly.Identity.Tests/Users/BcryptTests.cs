using System.Text;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

public sealed class BcryptTests
{
    [Theory]
    // crypt_blowfish's own vectors
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a")]
    [InlineData("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy")]
    [InlineData(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
        "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui")]
    // libxcrypt 4.4
    [InlineData("", "$2b$04$......................w74bL5gU7LSJClZClCa.Pkz14aTv/XO")]
    [InlineData("a", "$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC")]
    [InlineData("pässwörd ✓", "$2b$05$N9qo8uLOickgx2ZMRZoMyeSGqU.ssxsWX5HJdIq/lbE.VLe0oybaO")]
    [InlineData("correct horse battery staple", "$2b$12$abcdefghijklmnopqrstuu0sDWleciW5uGBGYwxpcgAsh9WK4bWNy")]
    public void A_published_hash_verifies_and_no_other_password_does(string password, string hash)
    {
        Assert.True(Bcrypt.Verify(Encoding.UTF8.GetBytes(password), hash));
        Assert.False(Bcrypt.Verify(Encoding.UTF8.GetBytes("x" + password), hash));
    }

    [Theory]
    [InlineData(71, "$2b$04$zzzzzzzzzzzzzzzzzzzzzuaeVW.0hKvuBjs4AdfGFwL0wqOw9udfK")]
    [InlineData(72, "$2b$04$zzzzzzzzzzzzzzzzzzzzzugCNRp6Z/OS/mcJwGjM4wiaD5RxpLHsK")]
    [InlineData(73, "$2b$04$zzzzzzzzzzzzzzzzzzzzzugCNRp6Z/OS/mcJwGjM4wiaD5RxpLHsK")]
    [InlineData(255, "$2b$04$zzzzzzzzzzzzzzzzzzzzzugCNRp6Z/OS/mcJwGjM4wiaD5RxpLHsK")]
    [InlineData(256, "$2b$04$zzzzzzzzzzzzzzzzzzzzzugCNRp6Z/OS/mcJwGjM4wiaD5RxpLHsK")]
    public void Seventy_two_bytes_count_and_no_more(int length, string hash) =>
        Assert.True(Bcrypt.Verify(Encoding.UTF8.GetBytes(new string('x', length)), hash));

    [Theory]
    [InlineData('a')]
    [InlineData('b')]
    [InlineData('y')]
    public void The_three_sound_prefixes_are_the_same_hash(char minor) =>
        Assert.True(Bcrypt.Verify("a"u8, $"$2{minor}$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC"));

    [Theory]
    [InlineData("$2x$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC")]
    [InlineData("$1b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC")]
    [InlineData("$2b$03$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC")]
    [InlineData("$2b$32$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC")]
    [InlineData("$2b$-4$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC")]
    [InlineData("$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9J")]
    [InlineData("$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC.")]
    [InlineData("$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9J=")]
    [InlineData("a")]
    [InlineData("")]
    public void What_is_no_sound_hash_never_verifies(string stored)
    {
        Assert.Null(Bcrypt.ReadCost(stored));
        Assert.False(Bcrypt.Verify("a"u8, stored));
    }

    [Fact]
    public void A_new_hash_is_2b_at_its_cost_under_its_own_salt()
    {
        var first = Bcrypt.Hash("secret"u8, 5);
        var second = Bcrypt.Hash("secret"u8, 5);

        Assert.StartsWith("$2b$05$", first, StringComparison.Ordinal);
        Assert.Equal(5, Bcrypt.ReadCost(first));
        Assert.NotEqual(first[7..29], second[7..29]);
        Assert.True(Bcrypt.Verify("secret"u8, first));
        Assert.False(Bcrypt.Verify("Secret"u8, first));
    }

    [Fact]
    public void The_boxes_are_the_fraction_of_pi()
    {
        Assert.Equal(0x243f6a88u, BlowfishBoxes.Initial[0]);
        Assert.Equal(0xd1310ba6u, BlowfishBoxes.Initial[BlowfishBoxes.Subkeys]);
        Assert.Equal(0x3ac372e6u, BlowfishBoxes.Initial[^1]);
        Assert.Equal(1042, BlowfishBoxes.Initial.Length);
    }
}
