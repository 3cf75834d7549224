using System.Globalization;
using System.Text.RegularExpressions;
using Pynomaly.Identity.UI.Assets;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A client's colour never makes a page unreadable, and nothing but a colour comes through.</summary>
public sealed partial class AccentTests
{
    [Theory]
    [InlineData("ffffff")]
    [InlineData("000000")]
    [InlineData("ffe600")]
    [InlineData("808080")]
    [InlineData("e11d48")]
    public void Any_colour_becomes_one_that_can_be_read_in_light_and_in_dark(string colour)
    {
        var pair = Pair().Match(Accent.StyleSheet(colour)!);

        Assert.InRange(Contrast(pair.Groups[1].Value, "eff1f5"), 4.5, 21);
        Assert.InRange(Contrast(pair.Groups[2].Value, "20242b"), 4.5, 21);
    }

    [Fact]
    public void A_colour_that_can_be_read_stays_as_it_is() => Assert.Contains("light-dark(#1d4ed8, ", Accent.StyleSheet("1d4ed8"), StringComparison.Ordinal);

    [Theory]
    [InlineData("red")]
    [InlineData("#12345")]
    [InlineData("#12345g")]
    [InlineData("#+12345")]
    [InlineData("#123456;}body{display:none}")]
    [InlineData("#1234567")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_colour_is_left_out(string? colour) => Assert.Null(Accent.Url(colour));

    private static double Contrast(string a, string b)
    {
        var (one, other) = (Luminance(a), Luminance(b));
        return (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);
    }

    private static double Luminance(string hex)
    {
        double[] weights = [0.2126, 0.7152, 0.0722];
        return weights.Select((weight, i) => int.Parse(hex.AsSpan(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0 is var v
            ? weight * (v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4)) : 0).Sum();
    }

    [GeneratedRegex("light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\)")]
    private static partial Regex Pair();
}
