namespace EventBus.Testing.Faults;

/// <summary>
/// Makes what takes long to publish overtaken by other keys only: appends of one key run one after the other, in the order of their calls.
/// Invariant: a key's entry is the end of its last append, and is there while one is under way.
/// </summary>
internal sealed class AppendOrder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, string Key), Task> _last = [];

    /// <summary>Takes the turn behind the calls before. To be called before the first await, and left whatever happens.</summary>
    public Turn Enter(string topic, ReadOnlySpan<Envelope> envelopes)
    {
        var keys = new HashSet<(string, string)>();
        foreach (ref readonly var envelope in envelopes)
        {
            if (envelope.Key is { } key)
            {
                keys.Add((topic, key));
            }
        }

        var earlier = new List<Task>();
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            foreach (var key in keys)
            {
                if (_last.TryGetValue(key, out var last))
                {
                    earlier.Add(last);
                }

                _last[key] = end.Task;
            }
        }

        return new Turn(this, [.. keys], earlier, end);
    }

    private void Leave(IEnumerable<(string, string)> keys, TaskCompletionSource end)
    {
        lock (_lock)
        {
            foreach (var key in keys)
            {
                if (_last[key] == end.Task)
                {
                    _last.Remove(key);
                }
            }
        }

        end.SetResult();
    }

    internal sealed class Turn(AppendOrder order, (string, string)[] keys, List<Task> earlier, TaskCompletionSource end)
    {
        /// <summary>Whether an earlier append of the keys is still under way.</summary>
        public bool IsWaiting => earlier.Exists(static append => !append.IsCompleted);

        /// <summary>Completes when the earlier appends of the keys have ended.</summary>
        public Task WhenEarlierEndedAsync() => Task.WhenAll(earlier);

        /// <summary>Lets the next ones go on; not before the earlier ones have ended, also where this one has given up waiting.</summary>
        public async Task LeaveAsync()
        {
            await WhenEarlierEndedAsync().ConfigureAwait(false);
            order.Leave(keys, end);
        }
    }
}
