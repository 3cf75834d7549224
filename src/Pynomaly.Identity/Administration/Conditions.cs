using System.Globalization;
using System.Text;

namespace Pynomaly.Identity.Administration;

/// <summary>The conditions of a list's statement with their values: "?" stands for the next value, whose number is put in its place.</summary>
internal sealed class Conditions
{
    private readonly StringBuilder _text = new("1 = 1");
    private readonly List<object?> _values = [];

    /// <summary>The values, in the order of their numbers.</summary>
    public object?[] Values => [.. _values];

    /// <summary>Adds a condition.</summary>
    public void Add(string condition, params object[] values)
    {
        var next = 0;
        _text.Append(" AND ");
        foreach (var c in condition)
        {
            if (c != '?')
            {
                _text.Append(c);
                continue;
            }

            _values.Add(values[next++]);
            _text.Append(CultureInfo.InvariantCulture, $"${_values.Count}");
        }
    }

    /// <summary>Goes on after a cursor of a list that is ordered by (created, id), the newest first.</summary>
    public void After(string table, IReadOnlyList<string>? cursor)
    {
        if (cursor is not [var created, var id]) return;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(created, CultureInfo.InvariantCulture));
        Add($"{table}.created <= ? AND ({table}.created < ? OR {table}.id < ?)", at, at, id); // the first half is what an index is searched by
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
