using System.Globalization;

namespace Pynomaly.Identity.UI.Assets;

/// <summary>A client's own accent colour as a style sheet of one token. The colour is moved towards black or white until it can be read, so no client can make our pages unreadable.</summary>
internal static class Accent
{
    private const double Readable = 4.5; // WCAG 1.4.3

    // The hardest ground of each scheme: --sunken of tokens.css. Ink on a button is lighter, or darker, than that.
    private static readonly (double R, double G, double B) LightGround = (0xef, 0xf1, 0xf5);
    private static readonly (double R, double G, double B) DarkGround = (0x20, 0x24, 0x2b);

    /// <summary>The address of the style sheet; null when the text is no colour of the form "#rrggbb".</summary>
    public static string? Url(string? colour) => colour is ['#', .. var hex] && Parse(hex) is not null ? $"/assets/accent/{hex.ToLowerInvariant()}.css" : null;

    /// <summary>The style sheet; null when the six digits are none.</summary>
    public static string? StyleSheet(string hex) =>
        Parse(hex) is not { } colour ? null : $":root {{ --accent: light-dark({Adjust(colour, LightGround, 0)}, {Adjust(colour, DarkGround, 255)}); }}\n";

    /// <summary>The least share of black (0) or white (255) that makes the colour readable on the ground.</summary>
    private static string Adjust((double R, double G, double B) colour, (double R, double G, double B) ground, double towards)
    {
        for (var share = 0; ; share += 2)
        {
            var mixed = (R: Mix(colour.R), G: Mix(colour.G), B: Mix(colour.B));
            if (share == 100 || Contrast(mixed, ground) >= Readable) return $"#{(int)mixed.R:x2}{(int)mixed.G:x2}{(int)mixed.B:x2}";

            double Mix(double channel) => Math.Round(channel + ((towards - channel) * share / 100));
        }
    }

    private static (double R, double G, double B)? Parse(string hex) =>
        hex.Length == 6 && int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? (value >> 16, (value >> 8) & 0xff, value & 0xff) : null;

    private static double Contrast((double R, double G, double B) a, (double R, double G, double B) b)
    {
        var (one, other) = (Luminance(a), Luminance(b));
        return (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);
    }

    private static double Luminance((double R, double G, double B) colour) => (0.2126 * Linear(colour.R)) + (0.7152 * Linear(colour.G)) + (0.0722 * Linear(colour.B));

    private static double Linear(double channel) => channel / 255 is var value && value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
}
