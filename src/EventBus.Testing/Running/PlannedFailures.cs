namespace EventBus.Testing.Running;

/// <summary>The attempts that a test wants to fail. Safe to use from any thread.</summary>
internal sealed class PlannedFailures
{
    private readonly Lock _lock = new();
    private readonly List<Plan> _plans = [];

    public void Add<TEvent>(int times, Exception? exception, string? subscription)
    {
        lock (_lock)
        {
            _plans.Add(new Plan(static @event => @event is TEvent, subscription, exception) { Left = times });
        }
    }

    /// <summary>What an attempt is to fail with; null where it is not. Counts it.</summary>
    public Exception? Next(object? @event, string subscription)
    {
        lock (_lock)
        {
            var plan = _plans.Find(
                each => each.Left > 0 && each.Matches(@event) && (each.Subscription is null || each.Subscription == subscription));
            if (plan is null)
            {
                return null;
            }

            plan.Left--;
            return plan.Exception ?? new InvalidOperationException("The test wants this attempt to fail: EventBusHarness.Fail.");
        }
    }

    private sealed record Plan(Func<object?, bool> Matches, string? Subscription, Exception? Exception)
    {
        public int Left { get; set; }
    }
}
