using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>The colours of tokens.css against WCAG 2.2: text 4.5:1 (1.4.3), borders of controls 3:1 (1.4.11), in light and in dark.</summary>
public sealed partial class ContrastTests
{
    private static readonly string Tokens = Repository.Read("Razor-pages-ui/Pynomaly.Identity.UI/wwwroot/css/tokens.css");

    [Theory]
    [InlineData("text", "page", 4.5)]
    [InlineData("text", "surface", 4.5)]
    [InlineData("text", "sunken", 4.5)]
    [InlineData("text", "danger-surface", 4.5)]
    [InlineData("text", "attention-surface", 4.5)]
    [InlineData("text", "done-surface", 4.5)]
    [InlineData("text-quiet", "page", 4.5)]
    [InlineData("text-quiet", "surface", 4.5)]
    [InlineData("text-quiet", "sunken", 4.5)]
    [InlineData("accent", "page", 4.5)]
    [InlineData("accent", "surface", 4.5)]
    [InlineData("accent", "sunken", 4.5)]
    [InlineData("accent-ink", "accent", 4.5)]
    [InlineData("danger", "surface", 4.5)]
    [InlineData("danger", "danger-surface", 4.5)]
    [InlineData("attention", "attention-surface", 4.5)]
    [InlineData("done", "done-surface", 4.5)]
    [InlineData("line-strong", "surface", 3)]
    [InlineData("line-strong", "page", 3)]
    public void A_pair_can_be_told_apart(string ink, string ground, double least)
    {
        foreach (var scheme in (string[])["light", "dark"])
        {
            var ratio = Ratio(Luminance(ink, scheme), Luminance(ground, scheme));

            Assert.True(ratio >= least, $"--{ink} on --{ground} in {scheme} is {ratio:0.00}:1; it must be {least}:1 or more");
        }
    }

    private static double Ratio(double a, double b) => (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

    private static double Luminance(string token, string scheme)
    {
        var colours = Pair().Matches(Tokens).Single(match => match.Groups["token"].Value == token);
        var hex = colours.Groups[scheme].Value;
        return (0.2126 * Channel(hex, 0)) + (0.7152 * Channel(hex, 2)) + (0.0722 * Channel(hex, 4));
    }

    private static double Channel(string hex, int start)
    {
        var value = int.Parse(hex.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    [GeneratedRegex(@"--(?<token>[a-z-]+): light-dark\(#(?<light>[0-9a-f]{6}), #(?<dark>[0-9a-f]{6})\)")]
    private static partial Regex Pair();
}
