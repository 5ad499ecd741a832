using System.Collections.Frozen;

namespace EventBus.Kafka.Connections;

/// <summary>Which properties only one kind of client has; all others are for both.</summary>
/// <seealso href="https://github.com/confluentinc/librdkafka/blob/v2.15.1/CONFIGURATION.md"/>
internal static class PropertyScope
{
    private static readonly FrozenSet<string> s_ofProducers = FrozenSet.Create(
        StringComparer.Ordinal,
        "acks", "batch.num.messages", "batch.size", "compression.codec", "compression.level", "compression.type",
        "delivery.report.only.error", "delivery.timeout.ms", "enable.gapless.guarantee", "enable.idempotence", "linger.ms",
        "message.send.max.retries", "message.timeout.ms", "partitioner", "produce.offset.report", "queue.buffering.backpressure.threshold",
        "queue.buffering.max.kbytes", "queue.buffering.max.messages", "queue.buffering.max.ms", "queuing.strategy",
        "request.required.acks", "request.timeout.ms", "retries", "sticky.partitioning.linger.ms", "transaction.timeout.ms",
        "transactional.id");

    private static readonly FrozenSet<string> s_ofConsumers = FrozenSet.Create(
        StringComparer.Ordinal,
        "auto.commit.enable", "auto.commit.interval.ms", "auto.offset.reset", "check.crcs", "consume.callback.max.messages",
        "coordinator.query.interval.ms", "enable.auto.commit", "enable.auto.offset.store", "enable.partition.eof",
        "fetch.error.backoff.ms", "fetch.max.bytes", "fetch.message.max.bytes", "fetch.min.bytes", "fetch.queue.backoff.ms",
        "fetch.wait.max.ms", "group.id", "group.instance.id", "group.protocol", "group.protocol.type", "group.remote.assignor",
        "heartbeat.interval.ms", "isolation.level", "max.partition.fetch.bytes", "max.poll.interval.ms", "max.poll.records",
        "offset.store.method", "offset.store.path", "offset.store.sync.interval.ms", "partition.assignment.strategy",
        "queued.max.messages.kbytes", "queued.min.messages", "session.timeout.ms", "share.acknowledgement.mode");

    /// <summary>Whether a kind of client has a property; one that is not known is left to librdkafka, which tells so.</summary>
    public static bool IsFor(bool isConsumer, string property) => !(isConsumer ? s_ofProducers : s_ofConsumers).Contains(property);
}
