using System.Data.Common;
using System.Globalization;

namespace Pynomaly.Identity.Administration;

/// <summary>A walk along one index of people: what belongs to it, and the one or two columns that it is sorted by.</summary>
internal sealed record PeoplePhase(string Where, string First, string? Second, bool IsDown)
{
    private static readonly string[] Columns = ["u.id", "u.created", "u.last_sign_in", "u.normalized_user_name", "u.normalized_email"];
    private static readonly int[] Places = [0, 8, 9, 11, 12];

    /// <summary>Conditions and order of the statement that goes on after the position.</summary>
    public (string Where, string Order) Write(IReadOnlyList<string>? position, List<object?> values)
    {
        var direction = IsDown ? " DESC" : "";
        var order = First + direction + (Second is null ? "" : $", {Second}{direction}");
        if (position is null) return (Where, order);
        var sign = IsDown ? "<" : ">";
        var first = PeopleList.Parameter(values, IsTime(First) ? People.Number(position[1]) : position[1]);
        return ($"{Where} AND " + (Second is null ? $"{First} {sign} {first}" : $"({First}, {Second}) {sign} ({first}, {PeopleList.Parameter(values, position[2])})"), order);
    }

    /// <summary>The position of a row.</summary>
    public List<string> PositionOf(int phase, DbDataReader row)
    {
        List<string> position = [phase.ToString(CultureInfo.InvariantCulture), Value(row, First)];
        if (Second is not null) position.Add(Value(row, Second));
        return position;
    }

    private static bool IsTime(string column) => column.TrimStart('+') is "u.created" or "u.last_sign_in";

    private static string Value(DbDataReader row, string column)
    {
        var place = Places[Array.IndexOf(Columns, column.TrimStart('+'))];
        return IsTime(column) ? row.GetInt64(place).ToString(CultureInfo.InvariantCulture) : row.GetString(place);
    }
}
