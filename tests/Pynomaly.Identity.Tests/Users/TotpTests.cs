using System.Text;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>TOTP against the vectors of RFC 6238 Appendix B and RFC 4226 Appendix D, and the rule of which steps are taken.</summary>
public sealed class TotpTests
{
    private static readonly byte[] Seed = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_010);

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void The_codes_of_RFC_6238_come_out(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(Seed, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds)), digits: 8));

    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void The_codes_of_RFC_4226_come_out(long counter, string code) => Assert.Equal(code, Totp.Code(Seed, counter));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_differ_by_one_step(int steps, bool isTaken)
    {
        var step = Totp.StepOf(Now) + steps;

        Assert.Equal(isTaken ? step : null, Totp.Match(Seed, Totp.Code(Seed, step), Now, long.MinValue));
    }

    [Fact]
    public void A_step_is_taken_only_after_the_last_one()
    {
        var step = Totp.StepOf(Now);

        Assert.Null(Totp.Match(Seed, Totp.Code(Seed, step), Now, step));
        Assert.Null(Totp.Match(Seed, Totp.Code(Seed, step - 1), Now, step));
        Assert.Equal(step + 1, Totp.Match(Seed, Totp.Code(Seed, step + 1), Now, step));
    }

    [Theory]
    [InlineData("+{0}")]
    [InlineData("0{0}")]
    [InlineData(" {0}")]
    [InlineData("{0} ")]
    [InlineData("{0}\n")]
    public void Nothing_but_six_digits_is_a_code(string form) =>
        Assert.Null(Totp.Match(Seed, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Totp.Code(Seed, Totp.StepOf(Now))), Now, long.MinValue));

    [Fact]
    public void Digits_of_another_script_are_no_code()
    {
        var arabic = string.Concat(Totp.Code(Seed, Totp.StepOf(Now)).Select(digit => (char)('\u0660' + (digit - '0'))));

        Assert.Null(Totp.Match(Seed, arabic, Now, long.MinValue));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_RFC_4648(string text, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(Encoding.ASCII.GetBytes(text), Base32.TryDecode(encoded));
        Assert.Equal(Encoding.ASCII.GetBytes(text), Base32.TryDecode(encoded.ToLowerInvariant() + "==="));
    }

    [Theory]
    [InlineData("MZXW1")]
    [InlineData("MZX")]
    [InlineData("MR")]
    [InlineData("MZXW6-YQ")]
    public void What_is_no_Base32_is_refused(string text) => Assert.Null(Base32.TryDecode(text));
}
