using System.Threading.RateLimiting;

namespace EventBus.RateLimiting;

/// <summary>
/// A token bucket by the bus's own clock, which the one of System.Threading.RateLimiting does not take. It holds what comes in a tenth of a
/// second, since timers are too coarse to let thousands of events go one by one.
/// </summary>
/// <param name="perSecond">How many permits there are in a second.</param>
/// <param name="time">The clock.</param>
internal sealed class SteadyRateLimiter(double perSecond, TimeProvider time) : RateLimiter
{
    private static readonly Lease Acquired = new(null);

    private readonly Lock _lock = new();
    private readonly double _capacity = Math.Max(1, perSecond / 10);
    private double _tokens = Math.Max(1, perSecond / 10);
    private long _filled = time.GetTimestamp();

    public override TimeSpan? IdleDuration => null;

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(_capacity, _tokens + (time.GetElapsedTime(_filled, now).TotalSeconds * perSecond));
            _filled = now;
            if (_tokens < permitCount)
            {
                return new Lease(TimeSpan.FromSeconds((permitCount - _tokens) / perSecond));
            }

            _tokens -= permitCount;
            return Acquired;
        }
    }

    // Says when to ask again: whoever asks has a clock to wait by.
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
