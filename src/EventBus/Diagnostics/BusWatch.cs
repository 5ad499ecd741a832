namespace EventBus.Diagnostics;

/// <summary>Looks at every subscription once a second, for the health check; made only where there is one.</summary>
internal sealed class BusWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SubscriptionWatch> _watches = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public BusWatch(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((BusWatch)state!).Look(), this, Interval, Interval);
    }

    /// <summary>The subscriptions that have been started, by their names' order.</summary>
    public IReadOnlyList<SubscriptionWatch> Subscriptions
    {
        get
        {
            lock (_lock)
            {
                return [.. _watches.Values.OrderBy(static each => each.Metrics.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Watches a subscription from now on, in place of an earlier one of its name.</summary>
    public void Add(SubscriptionMetrics subscription)
    {
        lock (_lock)
        {
            if (_watches.GetValueOrDefault(subscription.Name)?.Metrics != subscription)
            {
                _watches[subscription.Name] = new SubscriptionWatch(subscription, _time);
            }
        }
    }

    public void Remove(string name)
    {
        lock (_lock)
        {
            _watches.Remove(name);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        foreach (var subscription in Subscriptions)
        {
            // Asked at each look, however young the last answer is: so no answer that is missing is noticed later than by the next look.
            _ = subscription.LookAsync(TimeSpan.Zero);
        }
    }
}
