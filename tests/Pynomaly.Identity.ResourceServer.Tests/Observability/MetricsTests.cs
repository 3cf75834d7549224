using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Observability;

/// <summary>An operator sees what is refused and how current the list is.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Refusals_are_counted_by_reason_and_the_age_of_the_list_is_seen()
    {
        var counted = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var issuer = new PaperIssuer { Waits = false };
        await using var api = await TestApi.StartAsync(issuer);
        var meters = (IMeterFactory)api.Services.GetService(typeof(IMeterFactory))!;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == PynomalyIdentityDefaults.MeterName && instrument.Meter.Scope == meters) to.EnableMeasurementEvents(instrument);
        };
        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var reason = tags.ToArray().FirstOrDefault(tag => tag.Key == "reason").Value;
            counted[$"{instrument.Name} {reason}".Trim()] = value;
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        var token = issuer.Sign();
        await api.EventuallyAsync("/detectors", token, HttpStatusCode.OK);
        using (await api.GetAsync("/detectors", issuer.Sign(claims => claims["exp"] = issuer.Now - 60)))
        {
        }

        issuer.IsDown = true;
        issuer.Clock.Move(TimeSpan.FromSeconds(40));
        using (await api.GetAsync("/detectors", token)) listener.RecordObservableInstruments();

        Assert.Equal(1, counted["pynomaly.resource_server.accepted"]);
        Assert.Equal(1, counted["pynomaly.resource_server.refused expired"]);
        Assert.Equal(1, counted["pynomaly.resource_server.refused list_stale"]);
        Assert.InRange(counted["pynomaly.resource_server.list.age"], 39, 41);
        Assert.Equal(1, counted["pynomaly.resource_server.list.stale"]);
    }
}
