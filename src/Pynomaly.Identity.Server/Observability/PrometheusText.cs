using System.Globalization;
using System.Text;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>The text that Prometheus reads, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes the families.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var family in families)
        {
            var series = family.Series.ToArray();
            if (series.Length == 0) continue;
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind switch { "sum" => "gauge", "observed" => "counter", var kind => kind }).Append('\n');
            foreach (var one in series)
            {
                if (family.Bounds is { } bounds) Histogram(text, family.Name, one, bounds);
                else Sample(text, family.Name, one.Tags, null, one.Value);
            }
        }

        return text.ToString();
    }

    private static void Histogram(StringBuilder text, string name, MetricSeries series, double[] bounds)
    {
        var sum = series.Value;
        var counts = series.Cumulative();
        for (var i = 0; i < counts.Length; i++)
            Sample(text, $"{name}_bucket", series.Tags, i < bounds.Length ? Number(bounds[i]) : "+Inf", counts[i]);
        Sample(text, $"{name}_sum", series.Tags, null, sum);
        Sample(text, $"{name}_count", series.Tags, null, counts[^1]);
    }

    private static void Sample(StringBuilder text, string name, KeyValuePair<string, object?>[] tags, string? le, double value)
    {
        text.Append(name);
        var open = '{';
        foreach (var (label, content) in tags) Label(text, ref open, label, Convert.ToString(content, CultureInfo.InvariantCulture) ?? "");
        if (le is not null) Label(text, ref open, "le", le);
        if (open == ',') text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static void Label(StringBuilder text, ref char open, string name, string value)
    {
        text.Append(open);
        open = ',';
        foreach (var c in name) text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        text.Append("=\"");
        foreach (var c in value)
        {
            if (c == '\\') text.Append("\\\\");
            else if (c == '"') text.Append("\\\"");
            else if (c == '\n') text.Append("\\n");
            else text.Append(c);
        }

        text.Append('"');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
