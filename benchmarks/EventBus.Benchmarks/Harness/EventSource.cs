namespace EventBus.Benchmarks.Harness;

/// <summary>Makes the events of a run.</summary>
internal sealed class EventSource
{
    private readonly string[]? _keys;
    private readonly ITopic[]? _topics;
    private readonly bool _timed;

    /// <param name="keys">How many keys the events have in turn; 0 for none.</param>
    /// <param name="topics">How many topics they go to in turn; 0 for the one of <see cref="BenchEvent"/> itself.</param>
    /// <param name="timed">Whether an event carries the moment of its making.</param>
    public EventSource(int keys = 0, int topics = 0, bool timed = false)
    {
        _keys = keys == 0 ? null : [.. Enumerable.Range(0, keys).Select(key => $"user-{key}")];
        _topics = topics == 0 ? null : [.. Topics.First(topics)];
        _timed = timed;
    }

    public BenchEvent Next(int number)
    {
        var sentAt = _timed ? TimeProvider.System.GetTimestamp() : 0;
        var key = _keys?[(int)((uint)number % (uint)_keys.Length)];
        return _topics is null
            ? new BenchEvent { Number = number, SentAt = sentAt, Key = key }
            : _topics[(int)((uint)number % (uint)_topics.Length)].Make(number, sentAt, key);
    }
}
