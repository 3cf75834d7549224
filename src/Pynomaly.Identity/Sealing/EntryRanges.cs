using System.Globalization;

namespace Pynomaly.Identity.Sealing;

/// <summary>Entries by their numbers, taken in their order and kept as ranges: "4-900,1002". Of more ranges than fit the first are kept, and nothing else is meant.</summary>
public sealed class EntryRanges
{
    /// <summary>How many ranges are kept.</summary>
    public const int Most = 10_000;

    private readonly List<(long First, long Last)> _ranges = [];

    /// <summary>Reads what <see cref="ToString"/> wrote; nothing is meant by a text that is none.</summary>
    public static EntryRanges Read(string? text)
    {
        var read = new EntryRanges();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            read._ranges.Add((Number(ends[0]), Number(ends[^1])));
        }

        return read;
    }

    /// <summary>Takes the next entry.</summary>
    public void Add(long sequence)
    {
        if (_ranges.Count > 0 && _ranges[^1] is var (first, last) && last + 1 == sequence) _ranges[^1] = (first, sequence);
        else if (_ranges.Count < Most) _ranges.Add((sequence, sequence));
    }

    /// <summary>Whether the entry is one of them.</summary>
    public bool Contains(long sequence)
    {
        var (from, to) = (0, _ranges.Count - 1);
        while (from <= to)
        {
            var middle = (from + to) / 2;
            if (sequence < _ranges[middle].First) to = middle - 1;
            else if (sequence > _ranges[middle].Last) from = middle + 1;
            else return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', _ranges.Select(range =>
        range.First == range.Last ? range.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
