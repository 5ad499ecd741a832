using System.Diagnostics;

namespace EventBus.Tests.Support;

/// <summary>What handlers have seen, in the order in which they saw it; can be awaited.</summary>
internal sealed class Seen<T>
{
    private readonly Lock _lock = new();
    private readonly List<T> _items = [];
    private readonly List<(Func<IReadOnlyList<T>, bool> Condition, TaskCompletionSource Met)> _waiting = [];

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_lock)
            {
                return [.. _items];
            }
        }
    }

    public void Add(T item)
    {
        lock (_lock)
        {
            _items.Add(item);
            foreach (var (_, met) in _waiting.FindAll(waiting => waiting.Condition(_items)))
            {
                met.TrySetResult();
            }
        }
    }

    public Task<IReadOnlyList<T>> CountAsync(int count) => UntilAsync(items => items.Count >= count, $"{count} items");

    public async Task<IReadOnlyList<T>> UntilAsync(Func<IReadOnlyList<T>, bool> condition, string what = "the condition")
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((condition, met));
            if (condition(_items))
            {
                met.TrySetResult();
            }
        }

        try
        {
            await met.Task.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new UnreachableException($"Waited for {what}; seen: {string.Join(", ", Items)}", exception);
        }

        return Items;
    }
}
