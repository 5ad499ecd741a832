namespace EventBus.Publishing;

/// <summary>The present, read once for whatever is published in one call.</summary>
/// <param name="UtcTicks">The time in UTC.</param>
/// <param name="IsSystem">Whether it is the system's clock that says so.</param>
internal readonly record struct Present(long UtcTicks, bool IsSystem)
{
    public static Present Of(TimeProvider time) => new(time.GetUtcNow().UtcTicks, ReferenceEquals(time, TimeProvider.System));
}
