using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>Listens to the meters and keeps what Prometheus asks for.</summary>
internal sealed class Metrics : IDisposable
{
    /// <summary>The meters that are worth an operator's while.</summary>
    public static readonly string[] Meters = [Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    // Two more measurements a request, for a number that a gauge of connections shows as well.
    private const string Spared = "http.server.active_requests";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    public Metrics()
    {
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record((MetricFamily)state!, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record((MetricFamily)state!, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record((MetricFamily)state!, value, tags));
        _listener.Start();
    }

    /// <summary>The metrics as they stand, by name.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        _listener.RecordObservableInstruments();
        return [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
    }

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!Meters.Contains(instrument.Meter.Name) || instrument.Name == Spared) return;
        var type = instrument.GetType();
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() switch
        {
            var t when t == typeof(Counter<>) => "counter",
            var t when t == typeof(Histogram<>) => "histogram",
            var t when t == typeof(UpDownCounter<>) => "sum",
            var t when t == typeof(ObservableCounter<>) => "observed",
            _ => "gauge",
        } : "gauge";
        // Kestrel publishes its instruments once a server, and this port is a second one: one name is one family.
        var family = _families.GetOrAdd(instrument.Name, _ => new MetricFamily(instrument, kind));
        listener.EnableMeasurementEvents(instrument, family);
    }

    private static void Record(MetricFamily family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = family.Of(tags);
        if (family.Kind == "histogram") series.Observe(value);
        else if (family.Kind is "counter" or "sum") series.Add(value);
        else series.Set(value);
    }
}
