using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Pynomaly.Identity.Protocol;

/// <summary>Reads the "Identity" section key by key, remembers which keys exist, and refuses what it does not know.</summary>
internal sealed class SettingsReader(IConfiguration section)
{
    private const string Prefix = "Identity:";
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string?> _defaults = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every key that was asked for, without the prefix.</summary>
    public IReadOnlyCollection<string> Known => _known;

    /// <summary>The same with what stands in for each that is not given; null: nothing does.</summary>
    public IReadOnlyDictionary<string, string?> Defaults => _defaults;

    public string Text(string key, string fallback) => Raw(key, fallback) ?? fallback;

    public string? OptionalText(string key) => Raw(key, null);

    public bool Flag(string key, bool fallback) =>
        Raw(key, fallback ? "true" : "false") is not { } text ? fallback : bool.TryParse(text, out var value) ? value : throw Bad(key, text, "a yes or no", "Write true or false");

    public int Number(string key, int fallback, int least, int most) =>
        Raw(key, fallback.ToString(CultureInfo.InvariantCulture)) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw Bad(key, text, $"a whole number from {least} to {most}", "Write such a number");

    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan least, TimeSpan most) =>
        Raw(key, fallback.ToString("c", CultureInfo.InvariantCulture)) is not { } text ? fallback
        : text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw Bad(key, text, $"a duration from {least:c} to {most:c}", "Write it as hours:minutes:seconds, for example 00:10:00, or with days as 14.00:00:00");

    public string Choice(string key, string fallback, params string[] choices) =>
        Raw(key, fallback) is not { } text ? fallback
        : choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw Bad(key, text, $"one of {string.Join(", ", choices)}", "Write one of these words");

    /// <summary>A list, as children (Key:0, Key:1) or as one text with commas.</summary>
    public string[] List(string key, params string[] fallback)
    {
        _known.Add(key);
        _defaults[key] = fallback.Length == 0 ? null : string.Join(", ", fallback);
        var child = section.GetSection(key);
        var values = child.GetChildren().Select(entry => entry.Value).OfType<string>().ToArray();
        if (values.Length > 0) return values;
        return child.Value is { Length: > 0 } text ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : fallback;
    }

    /// <summary>Refuses keys that nobody asked for: a misspelt setting must not pass for its default.</summary>
    public void RefuseUnknown()
    {
        foreach (var key in Leaves(section, string.Empty))
        {
            if (_known.Contains(key) || _known.Any(known => key.StartsWith(known + ":", StringComparison.OrdinalIgnoreCase))) continue;
            var near = _known.OrderBy(known => Distance(known, key)).First();
            throw new ConfigurationException($"{Prefix}{key} is not a setting of this server. Remove it, or write {Prefix}{near} if that was meant.");
        }
    }

    public static ConfigurationException Bad(string key, string value, string kind, string remedy) =>
        new($"{Prefix}{key} is \"{value}\", which is not {kind}. {remedy}.");

    private string? Raw(string key, string? fallback)
    {
        _known.Add(key);
        _defaults[key] = fallback;
        var value = section[key];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private static IEnumerable<string> Leaves(IConfiguration section, string path)
    {
        foreach (var child in section.GetChildren())
        {
            var key = path.Length == 0 ? child.Key : $"{path}:{child.Key}";
            if (child.Value is not null) yield return key;
            foreach (var leaf in Leaves(child, key)) yield return leaf;
        }
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
