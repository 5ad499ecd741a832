using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventBus.Diagnostics;

namespace EventBus.Kafka.Diagnostics;

/// <summary>Instruments of what the clients tell of themselves, under the bus's meter. They tell what was so at the last statistics.</summary>
internal sealed class KafkaMetrics : IDisposable
{
    /// <summary>Gauge, in <c>s</c>: how long a broker's answers take on average.</summary>
    public const string RoundTrip = "eventbus.kafka.broker.round_trip";

    /// <summary>Up-down counter, in <c>{event}</c>: published events that wait to be sent, or for their answer.</summary>
    public const string PublishEvents = "eventbus.kafka.publish.buffered_events";

    /// <summary>Up-down counter, in <c>By</c>: how many bytes those are.</summary>
    public const string PublishBytes = "eventbus.kafka.publish.buffered_bytes";

    /// <summary>Up-down counter, in <c>{event}</c>: events that have been read ahead.</summary>
    public const string ReadAheadEvents = "eventbus.kafka.read_ahead.events";

    /// <summary>Up-down counter, in <c>By</c>: how many bytes those are.</summary>
    public const string ReadAheadBytes = "eventbus.kafka.read_ahead.bytes";

    /// <summary>Counter, in <c>{rebalance}</c>: how often a group's partitions have been shared out anew, as one member has seen it.</summary>
    public const string Rebalances = "eventbus.kafka.rebalances";

    /// <summary>Attribute: which client, <c>producer</c> or <c>consumer of GROUP</c>.</summary>
    public const string ClientTag = "eventbus.kafka.client";

    /// <summary>Attribute: the broker's number.</summary>
    public const string BrokerTag = "eventbus.kafka.broker";

    private const double Microseconds = 1_000_000;
    private const int MissedStatistics = 3;
    private readonly ConcurrentDictionary<string, ClientStatistics> _clients = new(StringComparer.Ordinal);
    private readonly Instrument[] _instruments;
    private readonly TimeProvider _time;
    private readonly TimeSpan _keep;
    private readonly Meter _meter;

    /// <param name="factory">The application's; null for a meter of the transport's own.</param>
    /// <param name="options">How often clients tell their statistics.</param>
    /// <param name="time">The clock.</param>
    public KafkaMetrics(IMeterFactory? factory, KafkaOptions options, TimeProvider time)
    {
        _time = time;
        _keep = options.StatisticsInterval * MissedStatistics;
        var meter = new MeterOptions(EventBusTelemetry.MeterName);
        _meter = factory?.Create(meter) ?? new Meter(meter);
        _instruments =
        [
            _meter.CreateObservableGauge(RoundTrip, ObserveRoundTrips, "s", "How long a broker's answers take on average."),
            _meter.CreateObservableUpDownCounter(
                PublishEvents, () => Observe(static client => client.PublishEvents), "{event}",
                "Published events that wait to be sent, or for their answer."),
            _meter.CreateObservableUpDownCounter(
                PublishBytes, () => Observe(static client => client.PublishBytes), "By", "How many bytes of published events wait."),
            _meter.CreateObservableUpDownCounter(
                ReadAheadEvents, () => Observe(static client => client.ReadAheadEvents), "{event}", "Events that have been read ahead."),
            _meter.CreateObservableUpDownCounter(
                ReadAheadBytes, () => Observe(static client => client.ReadAheadBytes), "By", "How many bytes have been read ahead."),
            _meter.CreateObservableCounter(
                Rebalances, () => Observe(static client => client.Rebalances), "{rebalance}",
                "How often a group's partitions have been shared out anew, as one member has seen it."),
        ];
    }

    /// <summary>Takes a client's statistics, where anybody wants to know.</summary>
    public void Take(string client, ReadOnlySpan<byte> json)
    {
        if (Array.Exists(_instruments, static instrument => instrument.Enabled))
        {
            _clients[client] = ClientStatistics.Read(json, _time.GetTimestamp());
        }
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Observe(Func<ClientStatistics, long?> value)
    {
        foreach (var (name, statistics) in Clients())
        {
            if (value(statistics) is { } number)
            {
                yield return new Measurement<long>(number, new KeyValuePair<string, object?>(ClientTag, name));
            }
        }
    }

    private IEnumerable<Measurement<double>> ObserveRoundTrips()
    {
        foreach (var (name, statistics) in Clients())
        {
            foreach (var (broker, average) in statistics.RoundTrips)
            {
                yield return new Measurement<double>(
                    average / Microseconds,
                    new KeyValuePair<string, object?>(ClientTag, name),
                    new KeyValuePair<string, object?>(BrokerTag, broker));
            }
        }
    }

    // Without those of clients that have ended.
    private IEnumerable<KeyValuePair<string, ClientStatistics>> Clients() =>
        _clients.Where(client => _time.GetElapsedTime(client.Value.Taken) < _keep);
}
