using EventBus.Transports;

namespace EventBus.Kafka.Consuming;

/// <summary>What is noted of failed attempts in one partition: of the unsettled events only, so of few. Safe to use from any thread.</summary>
internal sealed class FailureNotes
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, FailedAttempts> _notes = [];
    private volatile bool _isEmpty = true;

    public void Add(FailedAttempts note)
    {
        lock (_lock)
        {
            _notes[note.Offset] = note;
            _isEmpty = false;
        }
    }

    /// <summary>Forgets an event that is settled.</summary>
    public void Remove(long offset)
    {
        if (!_isEmpty)
        {
            lock (_lock)
            {
                _notes.Remove(offset);
                _isEmpty = _notes.Count == 0;
            }
        }
    }

    /// <summary>Puts what is noted beside an event that is handed out.</summary>
    public void Apply(ref ReceivedEvent received)
    {
        if (_isEmpty)
        {
            return;
        }

        lock (_lock)
        {
            if (_notes.TryGetValue((long)received.Offset.Major, out var note))
            {
                received = received with { PreviousAttempts = note.Attempts, FirstFailure = note.First };
            }
        }
    }

    /// <summary>The notes from an offset on, the nearest first.</summary>
    public IReadOnlyList<FailedAttempts> From(long offset)
    {
        if (_isEmpty)
        {
            return [];
        }

        lock (_lock)
        {
            return [.. _notes.Values.SkipWhile(note => note.Offset < offset)];
        }
    }
}
