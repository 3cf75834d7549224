using System.Text;
using Pynomaly.Identity.Administration.Importing;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration.Importing;

/// <summary>Comma-separated values as programs write them (RFC 4180), and as enemies do.</summary>
public sealed class CsvTableTests
{
    [Fact]
    public void Quotation_marks_line_breaks_and_separators_inside_values_are_part_of_them()
    {
        var row = Assert.Single(Read("a,b,c\r\n\"one, \"\"two\"\"\",\"three\nfour\",\r\n"));

        Assert.Equal("one, \"two\"", row.Text("a"));
        Assert.Equal("three\nfour", row.Text("b"));
        Assert.Null(row.Text("c"));
        Assert.Null(row.Problem);
    }

    [Fact]
    public void Semicolons_separate_where_the_headings_say_so_and_columns_are_found_by_any_spelling()
    {
        var row = Assert.Single(Read("\uFEFFuser_name;E-Mail\nada;a,b\n"));

        Assert.Equal("ada", row.Text("UserName"));
        Assert.Equal("a,b", row.Text("e-mail"));
    }

    [Fact]
    public void NULL_without_quotation_marks_is_nothing() => Assert.Equal([null, "NULL"], Read("a\nNULL\n\"NULL\"\n").Select(row => row.Text("a")));

    [Fact]
    public void A_row_of_another_width_or_with_an_endless_value_has_a_problem_and_the_next_one_has_none()
    {
        var rows = Read($"a,b\n1\n\"{new string('x', 10_000_000)}\",2\n3,4\n").ToList();

        Assert.Contains("1 values under 2", rows[0].Problem, StringComparison.Ordinal);
        Assert.Contains("longer than", rows[1].Problem, StringComparison.Ordinal);
        Assert.Null(rows[2].Problem);
        Assert.Equal("4", rows[2].Text("b"));
        Assert.EndsWith("line 4", rows[2].Place, StringComparison.Ordinal);
    }

    private static IEnumerable<ImportRow> Read(string text) => CsvTable.Read(ImportFile.Of("test.csv", Encoding.UTF8.GetBytes(text)));
}
