using System.Text;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Reads comma-separated values, with a line of headings. RFC 4180; semicolons too, which spreadsheets of half the world write.</summary>
internal static class CsvTable
{
    /// <summary>The rows. A row that has more or fewer values than there are headings has a problem, and the next one is read all the same.</summary>
    public static IEnumerable<ImportRow> Read(ImportFile file)
    {
        using var reader = new StreamReader(file.Open(), new UTF8Encoding(false, true), detectEncodingFromByteOrderMarks: true, 1 << 16);
        var line = 1;
        var separator = ',';
        List<(string Text, bool IsQuoted)> values = [];
        List<string>? headings = null;
        while (true)
        {
            var begun = line;
            if (!Next(reader, values, headings is null, ref separator, ref line)) yield break;
            if (values is [{ Text: "", IsQuoted: false }]) continue; // an empty line
            if (headings is null)
            {
                headings = [.. values.Select(value => value.Text.Trim())];
                continue;
            }

            var row = new ImportRow($"{file.Name}, line {begun}");
            if (values.Count != headings.Count) row.Problem = $"{values.Count} values under {headings.Count} headings";
            for (var i = 0; i < Math.Min(values.Count, headings.Count); i++)
                if (values[i] is not { Text: "NULL", IsQuoted: false }) row.Set(headings[i], values[i].Text);
            yield return row;
        }
    }

    private static bool Next(StreamReader reader, List<(string Text, bool IsQuoted)> values, bool isHeading, ref char separator, ref int line)
    {
        values.Clear();
        var text = new StringBuilder();
        var (quoted, inside, any, found) = (false, false, false, false);
        while (reader.Read() is var read and >= 0)
        {
            any = true;
            var character = (char)read;
            if (character == '\n') line++;
            if (inside)
            {
                if (character != '"') Append(text, character);
                else if (reader.Peek() == '"') Append(text, (char)reader.Read());
                else inside = false;
                continue;
            }

            // Which of the two it is, the first one outside quotation marks tells.
            if (isHeading && !found && character is ',' or ';') (separator, found) = (isHeading && !found ? character : separator, true);
            if (character == '"' && text.Length == 0) (quoted, inside) = (true, true);
            else if (character == separator) End();
            else if (character == '\n') break;
            else if (character != '\r') Append(text, character);
        }

        if (!any) return false;
        End();
        return true;

        void End()
        {
            values.Add((text.ToString(), quoted));
            text.Clear();
            quoted = false;
        }
    }

    // One more than is allowed tells that it was too long; the rest is not kept.
    private static void Append(StringBuilder text, char character)
    {
        if (text.Length <= ImportRow.LongestValue) text.Append(character);
    }
}
