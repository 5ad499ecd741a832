using EventBus.Catalog;

namespace EventBus.Pipeline;

/// <summary>
/// Limits the time of an attempt: the handlers' token is cancelled at its end, and the attempt fails with a <see cref="TimeoutException"/>.
/// Handlers that go on in spite of it are waited for, for the key's next event may not start before, and what they come to counts.
/// </summary>
internal sealed class TimeoutMiddleware : IConsumeMiddleware
{
    private readonly Dictionary<EventDefinition, AttemptTimeout> _timeouts;

    /// <param name="limits">How long an attempt may take, for each contract that has a limit.</param>
    /// <param name="time">The clock.</param>
    public TimeoutMiddleware(IEnumerable<KeyValuePair<EventDefinition, TimeSpan>> limits, TimeProvider time) =>
        _timeouts = limits.ToDictionary(limit => limit.Key, limit => new AttemptTimeout(limit.Value, time));

    public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        if (!_timeouts.TryGetValue(context.Delivery.Route.Definition, out var timeout))
        {
            return next(context, cancellationToken);
        }

        if (context.Delivery.Batch is { } batch)
        {
            // The events of a batch have one handler call, and so one time.
            batch.Timeout = timeout;
            return next(context, cancellationToken);
        }

        return timeout.RunAsync(static (attempt, token) => attempt.next(attempt.context, token), (next, context), cancellationToken);
    }
}
