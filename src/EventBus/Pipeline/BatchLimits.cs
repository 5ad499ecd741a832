namespace EventBus.Pipeline;

/// <summary>How large a batch may get and how long its first event may wait for it.</summary>
internal readonly record struct BatchLimits(int MaxSize, TimeSpan MaxWait)
{
    public const int DefaultSize = 100;
}
