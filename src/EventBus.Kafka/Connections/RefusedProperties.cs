using System.Collections.Frozen;
using System.Globalization;

namespace EventBus.Kafka.Connections;

/// <summary>The properties that would break a guarantee, and those that only the bus can set.</summary>
internal static class RefusedProperties
{
    private const int MostInFlightRequests = 5;
    private const string Callbacks = "is a callback of the C library. What it would tell goes to the log and to the metrics";
    private const string ByTheBus = "is set by the bus";

    private static readonly FrozenDictionary<string, string> s_refused = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["group.id"] = "is the subscription's name, behind EventBus:Kafka:Prefix",
        ["group.instance.id"] = "has a setting: GroupInstanceId",
        ["group.protocol"] = "has a setting: UseConsumerProtocol",
        ["partition.assignment.strategy"] = "is 'cooperative-sticky', so that partitions move one by one and are drained before",
        ["auto.offset.reset"] = "has two: StartFrom of the subscription where it has no place yet, ExpiredOffset where its place is gone",
        ["isolation.level"] = "must stay 'read_committed': events of transactions that were aborted would be handled",
        ["transactional.id"] = "is made by the bus where a subscription stores what it publishes together with what it has handled",
        ["transaction.timeout.ms"] = "has a setting: TransactionTimeout",
        ["partitioner"] = "must stay 'murmur2_random': producers in other languages put a key's events into the same partition",
        ["enable.gapless.guarantee"] = "would end the producer with the first event that fails",
        ["delivery.report.only.error"] = "would keep publishers waiting for ever: each event's report ends its call",
        ["queuing.strategy"] = "must stay 'fifo': events of a key would be stored out of order",
        ["allow.auto.create.topics"] = "has a setting: CreateTopics. The brokers would make topics with other numbers of partitions",
        ["topic.blacklist"] = "would hide topics that a subscription asks for: name them in the subscription",
        ["log.queue"] = ByTheBus,
        ["enabled_events"] = ByTheBus,
        ["opaque"] = ByTheBus,
        ["enable.partition.eof"] = ByTheBus,
        ["default_topic_conf"] = ByTheBus,
        ["consume.callback.max.messages"] = Callbacks,
        ["interceptors"] = "can only be set in C",
        ["offset.store.path"] = "belongs to offsets in files, which librdkafka no longer has",
        ["offset.store.method"] = "must stay 'broker': a group's offsets would be out of reach of its other members",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Refused unless they say what the bus would say.
    private static readonly FrozenDictionary<string, (string Value, string Why)> s_fixed =
        new Dictionary<string, (string Value, string Why)>(StringComparer.Ordinal)
        {
            ["enable.auto.commit"] = ("false", "an offset would be committed past events that have not been handled"),
            ["auto.commit.enable"] = ("false", "an offset would be committed past events that have not been handled"),
            ["enable.auto.offset.store"] = ("false", "an offset would be stored past events that have not been handled"),
            ["enable.idempotence"] = ("true", "events would be stored twice, or out of order, when a request is sent again"),
            ["acks"] = ("all", "an event that was published could be lost with one broker"),
            ["request.required.acks"] = ("all", "an event that was published could be lost with one broker"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Why a property cannot be set so; null where it can.</summary>
    public static string? Why(string name, string value)
    {
        if (name.StartsWith("dotnet.", StringComparison.Ordinal))
        {
            return "belongs to Confluent.Kafka's own clients, which are not used";
        }

        if (name.EndsWith("_cb", StringComparison.Ordinal))
        {
            return Callbacks;
        }

        if (s_refused.TryGetValue(name, out var why))
        {
            return why;
        }

        if (s_fixed.TryGetValue(name, out var only))
        {
            return IsSame(value, only.Value) ? null : $"must stay '{only.Value}': {only.Why}";
        }

        return name switch
        {
            "max.in.flight" or "max.in.flight.requests.per.connection"
                when !int.TryParse(value, CultureInfo.InvariantCulture, out var requests) || requests is < 1 or > MostInFlightRequests =>
                $"must be between 1 and {MostInFlightRequests}: with more, events of a key could be stored out of order when a request is sent again",
            "retries" or "message.send.max.retries" when value.Trim() == "0" =>
                "must be more than 0: a broker that hands its partitions over would fail what is published meanwhile",
            _ => null,
        };
    }

    private static bool IsSame(string value, string wanted) => value.Trim() switch
    {
        "-1" => wanted == "all",
        var text => text.Equals(wanted, StringComparison.OrdinalIgnoreCase),
    };
}
