using EventBus.Pipeline;

namespace EventBus.Samples.Tests;

/// <summary>Counts what subscriptions have handled to the end, and lets a test wait for it.</summary>
internal sealed class Deliveries : IConsumeMiddleware
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Subscription, EventIdentity Event), int> _handled = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var key = (context.Subscription, context.Id);
        await next(context, cancellationToken);
        TaskCompletionSource changed;
        lock (_lock)
        {
            _handled[key] = _handled.GetValueOrDefault(key) + 1;
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    public int Count(string subscription, EventIdentity id)
    {
        lock (_lock)
        {
            return _handled.GetValueOrDefault((subscription, id));
        }
    }

    public int Count(string subscription)
    {
        lock (_lock)
        {
            return _handled.Where(handled => handled.Key.Subscription == subscription).Sum(handled => handled.Value);
        }
    }

    public Task WaitAsync(string subscription, EventIdentity id, int times = 1) =>
        WaitUntilAsync(() => Count(subscription, id) >= times, $"{subscription} to handle {id} {times} times");

    public async Task WaitUntilAsync(Func<bool> condition, string what)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (condition())
            {
                return;
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException inVain)
            {
                throw new TimeoutException($"Waited {Deadline} in vain for {what}.", inVain);
            }
        }
    }
}
