namespace EventBus.Kafka.Native;

/// <summary>Offsets that stand for a place.</summary>
internal static class LogicalOffset
{
    public const long Beginning = -2;
    public const long End = -1;
    public const long None = -1001;
}
