namespace UserActivity.Events;

/// <summary>The events that this instance has processed, in that order: the newest so many, for as long as it runs.</summary>
internal sealed class ProcessedEvents
{
    private const int Limit = 100_000;
    private readonly Lock _lock = new();
    private readonly Queue<ActivityEvent> _events = new();

    public void Add(ActivityEvent activity)
    {
        lock (_lock)
        {
            if (_events.Count == Limit)
            {
                _events.Dequeue();
            }

            _events.Enqueue(activity);
        }
    }

    public ActivityEvent[] ToArray()
    {
        lock (_lock)
        {
            return [.. _events];
        }
    }
}
