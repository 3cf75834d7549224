using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Reads a QR code out of the path that draws it, as a camera would of a clean picture: ISO/IEC 18004, versions 1 to 15, error correction level M. Mends nothing: the correction words must fit.</summary>
internal static partial class QrReader
{
    private const int QuietZone = 4;
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    // By version: correction words a block, then how many blocks of how many data words (ISO/IEC 18004 table 9, level M).
    private static readonly (int Correction, (int Blocks, int Words)[] Data)[] Versions =
    [
        (10, [(1, 16)]), (16, [(1, 28)]), (26, [(1, 44)]), (18, [(2, 32)]), (24, [(2, 43)]), (16, [(4, 27)]), (18, [(4, 31)]), (22, [(2, 38), (2, 39)]), (22, [(3, 36), (2, 37)]),
        (26, [(4, 43), (1, 44)]), (30, [(1, 50), (4, 51)]), (22, [(6, 36), (2, 37)]), (22, [(8, 37), (1, 38)]), (24, [(4, 40), (5, 41)]), (24, [(5, 41), (5, 42)]),
    ];

    // The centres of the alignment patterns (annex E).
    private static readonly int[][] Centres =
    [
        [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50], [6, 30, 54], [6, 32, 58], [6, 34, 62], [6, 26, 46, 66], [6, 26, 48, 70],
    ];

    /// <summary>What the code says.</summary>
    public static string Read(string viewBox, string path)
    {
        var modules = Modules(int.Parse(viewBox.Split(' ')[2], CultureInfo.InvariantCulture), path);
        var version = (modules.GetLength(0) - 17) / 4;
        return Text(Data(Words(modules, version, Mask(modules)), version), version);
    }

    private static bool[,] Modules(int width, string path)
    {
        var size = width - (2 * QuietZone);
        var modules = new bool[size, size];
        foreach (Match run in Run().Matches(path))
        {
            var (x, y, length) = (Number(run, 1) - QuietZone, Number(run, 2) - QuietZone, Number(run, 3));
            for (var i = 0; i < length; i++) modules[y, x + i] = true; // throws where the quiet zone is not quiet
        }

        return modules;
    }

    // §7.9: five bits, of which two name the level and three the mask, under a mask of their own.
    private static int Mask(bool[,] modules)
    {
        var format = 0;
        foreach (var x in new[] { 0, 1, 2, 3, 4, 5, 7, 8 }) format = (format << 1) | (modules[8, x] ? 1 : 0);
        var named = (format << 7 >> 10) ^ 0b10101;
        return named >> 3 == 0 ? named & 7 : throw new FormatException("Not level M");
    }

    private static List<byte> Words(bool[,] modules, int version, int mask)
    {
        var size = modules.GetLength(0);
        List<byte> words = [];
        var (word, bits, up) = (0, 0, true);
        for (var right = size - 1; right > 0; right -= 2, up = !up)
        {
            if (right == 6) right--; // the timing pattern
            for (var step = 0; step < size; step++)
            {
                var y = up ? size - 1 - step : step;
                foreach (var x in new[] { right, right - 1 })
                {
                    if (IsFunction(x, y, size, version)) continue;
                    word = (word << 1) | (modules[y, x] ^ IsMasked(mask, x, y) ? 1 : 0);
                    if (++bits % 8 == 0) words.Add((byte)word);
                }
            }
        }

        return words;
    }

    private static bool IsFunction(int x, int y, int size, int version)
    {
        if (x == 6 || y == 6) return true;
        if ((x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8)) return true;
        if (version >= 7 && ((y < 6 && x >= size - 11) || (x < 6 && y >= size - 11))) return true; // §7.10, version information
        var centres = Centres[version - 1];
        return centres.Any(cx => centres.Any(cy => !IsFinder(cx, cy, size) && Math.Abs(x - cx) <= 2 && Math.Abs(y - cy) <= 2));
    }

    private static bool IsFinder(int x, int y, int size) => (x == 6 && y == 6) || (x == 6 && y == size - 7) || (x == size - 7 && y == 6);

    // Table 10.
    private static bool IsMasked(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((y / 2) + (x / 3)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };

    // §7.6: the blocks' words come in turns.
    private static List<byte> Data(List<byte> words, int version)
    {
        var (correction, groups) = Versions[version - 1];
        List<List<byte>> blocks = [.. groups.SelectMany(group => Enumerable.Range(0, group.Blocks).Select(_ => new List<byte>(group.Words + correction)))];
        int[] lengths = [.. groups.SelectMany(group => Enumerable.Repeat(group.Words, group.Blocks))];
        var next = 0;
        for (var i = 0; i < lengths.Max(); i++)
            for (var block = 0; block < blocks.Count; block++)
                if (i < lengths[block]) blocks[block].Add(words[next++]);
        for (var i = 0; i < correction; i++)
            foreach (var block in blocks) block.Add(words[next++]);
        foreach (var block in blocks) RequireSound(block, correction);
        return [.. blocks.SelectMany((block, i) => block.Take(lengths[i]))];
    }

    // §7.5.2: a block is a multiple of the generator, whose roots are the first powers of 2 in GF(256).
    private static void RequireSound(List<byte> block, int correction)
    {
        var root = 1;
        for (var i = 0; i < correction; i++, root = Times(root, 2))
            if (block.Aggregate(0, (sum, word) => Times(sum, root) ^ word) != 0) throw new FormatException("The correction words do not fit");
    }

    private static int Times(int a, int b)
    {
        var product = 0;
        for (; b > 0; b >>= 1, a = a >= 128 ? (a << 1) ^ 0x11D : a << 1)
            if ((b & 1) == 1) product ^= a;
        return product;
    }

    // §7.4: one segment after the other, each with its mode and its number of characters.
    private static string Text(List<byte> data, int version)
    {
        var bits = new Queue<char>(string.Concat(data.Select(word => Convert.ToString(word, 2).PadLeft(8, '0'))));
        int Take(int count) => Convert.ToInt32(string.Concat(Enumerable.Range(0, count).Select(_ => bits.Dequeue())), 2);

        List<byte> text = [];
        while (bits.Count >= 4 && Take(4) is var mode and not 0)
        {
            switch (mode)
            {
                case 1: // digits, three in ten bits
                    for (var left = Take(version < 10 ? 10 : 12); left > 0; left -= 3)
                        text.AddRange(Encoding.ASCII.GetBytes(Take(left >= 3 ? 10 : left == 2 ? 7 : 4).ToString($"D{Math.Min(left, 3)}", CultureInfo.InvariantCulture)));
                    break;
                case 2: // forty-five characters, two in eleven bits
                    for (var left = Take(version < 10 ? 9 : 11); left > 0; left -= 2)
                    {
                        var pair = Take(left >= 2 ? 11 : 6);
                        if (left >= 2) text.Add((byte)Alphanumeric[pair / 45]);
                        text.Add((byte)Alphanumeric[pair % 45]);
                    }

                    break;
                case 4: // bytes
                    for (var left = Take(version < 10 ? 8 : 16); left > 0; left--) text.Add((byte)Take(8));
                    break;
                default: throw new FormatException($"Mode {mode}");
            }
        }

        return Encoding.UTF8.GetString([.. text]);
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1H\d+z")]
    private static partial Regex Run();
}
