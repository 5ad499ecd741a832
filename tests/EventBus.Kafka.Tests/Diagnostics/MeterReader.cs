using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventBus.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Diagnostics;

/// <summary>Asks the instruments of one bus, as an exporter does.</summary>
internal sealed class MeterReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _measured = [];

    /// <param name="services">Those of the bus, with an <see cref="IMeterFactory"/>.</param>
    public MeterReader(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == EventBusTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What the transport's instruments tell now, in their order.</summary>
    public IReadOnlyList<Measured> Read()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return [.. _measured];
    }

    /// <summary>What one instrument tells of one client now; null where it tells nothing.</summary>
    public double? Read(string instrument, string client) =>
        Read().FirstOrDefault(measured => measured.Instrument == $"eventbus.kafka.{instrument}" && measured.Client == client)?.Value;

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument.Name.StartsWith("eventbus.kafka.", StringComparison.Ordinal))
        {
            var named = tags.ToArray().ToDictionary(static tag => tag.Key, static tag => (string?)tag.Value, StringComparer.Ordinal);
            _measured.Enqueue(new Measured(
                instrument.Name, named.GetValueOrDefault("eventbus.kafka.client"), named.GetValueOrDefault("eventbus.kafka.broker"), value));
        }
    }

    internal sealed record Measured(string Instrument, string? Client, string? Broker, double Value);
}
