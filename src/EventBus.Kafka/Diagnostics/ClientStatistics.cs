using System.Text.Json;

namespace EventBus.Kafka.Diagnostics;

/// <summary>What one client last told of itself.</summary>
/// <seealso href="https://github.com/confluentinc/librdkafka/blob/v2.15.1/STATISTICS.md"/>
internal sealed record ClientStatistics
{
    /// <summary>How many events wait to be sent, or for their answer.</summary>
    public long PublishEvents { get; private init; }

    /// <summary>How many bytes those are.</summary>
    public long PublishBytes { get; private init; }

    /// <summary>How many records have been read ahead.</summary>
    public long ReadAheadEvents { get; private init; }

    /// <summary>How many bytes those are.</summary>
    public long ReadAheadBytes { get; private init; }

    /// <summary>How often the group's partitions have been shared out anew since the client was made; null of one without a group.</summary>
    public long? Rebalances { get; private init; }

    /// <summary>How long each broker's answers took on average, in microseconds; of those that were asked something.</summary>
    public IReadOnlyDictionary<string, long> RoundTrips { get; private init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>When it told so.</summary>
    public long Taken { get; private init; }

    public static ClientStatistics Read(ReadOnlySpan<byte> json, long now)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var roundTrips = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var broker in Members(root, "brokers"))
        {
            // Those below 0 are the addresses that were given to begin with.
            if (Number(broker.Value, "nodeid") >= 0 && broker.Value.TryGetProperty("rtt", out var times) && Number(times, "cnt") > 0)
            {
                roundTrips[broker.Value.GetProperty("nodeid").GetRawText()] = Number(times, "avg");
            }
        }

        long readAheadEvents = 0;
        long readAheadBytes = 0;
        foreach (var partition in Members(root, "topics").SelectMany(static topic => Members(topic.Value, "partitions")))
        {
            // All partitions of a client fill one queue, and each tells of the whole of it.
            readAheadEvents = Math.Max(readAheadEvents, Number(partition.Value, "fetchq_cnt"));
            readAheadBytes = Math.Max(readAheadBytes, Number(partition.Value, "fetchq_size"));
        }

        return new ClientStatistics
        {
            PublishEvents = Number(root, "msg_cnt"),
            PublishBytes = Number(root, "msg_size"),
            ReadAheadEvents = readAheadEvents,
            ReadAheadBytes = readAheadBytes,
            Rebalances = root.TryGetProperty("cgrp", out var group) ? Number(group, "rebalance_cnt") : null,
            RoundTrips = roundTrips,
            Taken = now,
        };
    }

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    // Of no object the enumerator that enumerates nothing.
    private static JsonElement.ObjectEnumerator Members(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;
}
