namespace EventBus.Benchmarks.Kafka;

/// <summary>What the events of all sides are called.</summary>
internal static class KafkaEvent
{
    public const string Type = "bench.event";

    public const string Source = "eventbus-benchmarks";
}
