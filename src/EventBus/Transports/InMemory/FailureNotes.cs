namespace EventBus.Transports.InMemory;

/// <summary>What a group has noted of its failed attempts in one partition: of the unsettled events only, so of few.</summary>
internal sealed class FailureNotes
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, (int Attempts, DateTimeOffset First)> _notes = [];
    private volatile bool _isEmpty = true;

    public void Add(long offset, int attempts, DateTimeOffset first)
    {
        lock (_lock)
        {
            _notes[offset] = (attempts, first);
            _isEmpty = false;
        }
    }

    /// <summary>Forgets an event that is settled.</summary>
    public void Remove(long offset)
    {
        if (_isEmpty)
        {
            return;
        }

        lock (_lock)
        {
            _notes.Remove(offset);
            _isEmpty = _notes.Count == 0;
        }
    }

    /// <summary>Puts what is noted beside events that are handed out.</summary>
    public void Apply(Span<ReceivedEvent> events)
    {
        if (_isEmpty)
        {
            return;
        }

        lock (_lock)
        {
            foreach (ref var received in events)
            {
                if (_notes.TryGetValue((long)received.Offset.Major, out var note))
                {
                    received = received with { PreviousAttempts = note.Attempts, FirstFailure = note.First };
                }
            }
        }
    }
}
