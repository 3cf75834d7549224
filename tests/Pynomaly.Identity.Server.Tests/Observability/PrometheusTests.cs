using System.Diagnostics.Metrics;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Server.Observability;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Observability;

/// <summary>The metrics' text is what Prometheus reads, and no caller fills the memory with it.</summary>
public sealed class PrometheusTests
{
    [Fact]
    public void Counters_and_histograms_are_written_by_the_book()
    {
        using var metrics = new Metrics();
        using var meter = new Meter(Telemetry.Name);
        var name = $"test.book{Environment.TickCount64}";
        var counter = meter.CreateCounter<long>(name, "{thing}", "Things\ncounted");
        var histogram = meter.CreateHistogram<double>($"{name}.duration", "s", "How long", [], new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });

        counter.Add(2, new KeyValuePair<string, object?>("error", "a\"b\\c\nd"));
        counter.Add(1, new KeyValuePair<string, object?>("error", "a\"b\\c\nd"));
        histogram.Record(0.05);
        histogram.Record(0.5);
        histogram.Record(5);

        var text = PrometheusText.Write(metrics.Collect());
        var metric = name.Replace('.', '_');
        Assert.Contains($"# HELP {metric}_total Things\\ncounted\n# TYPE {metric}_total counter\n{metric}_total{{error=\"a\\\"b\\\\c\\nd\"}} 3\n", text, StringComparison.Ordinal);
        Assert.Contains($"{metric}_duration_seconds_bucket{{le=\"0.1\"}} 1\n{metric}_duration_seconds_bucket{{le=\"1\"}} 2\n{metric}_duration_seconds_bucket{{le=\"+Inf\"}} 3\n", text, StringComparison.Ordinal);
        Assert.Contains($"{metric}_duration_seconds_sum 5.55\n{metric}_duration_seconds_count 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_series_is_bounded_and_nothing_goes_uncounted()
    {
        using var metrics = new Metrics();
        using var meter = new Meter(Telemetry.Name);
        var name = $"test.many{Environment.TickCount64}";
        var counter = meter.CreateCounter<long>(name);

        for (var i = 0; i < 5000; i++) counter.Add(1, new KeyValuePair<string, object?>("client", i));

        var series = metrics.Collect().Single(family => family.Name == $"{name.Replace('.', '_')}_total").Series.ToArray();
        Assert.InRange(series.Length, 2, 501);
        Assert.Equal(5000, series.Sum(one => one.Value));
    }
}
