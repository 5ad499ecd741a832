namespace EventBus.Idempotency;

/// <summary>
/// The entries that have the same length of time, the first to be over at the front. Invariant: the order of joining is the order of
/// their ends, because all have the same length and the clock never goes back. So no entry needs a timer, and none is searched for.
/// </summary>
/// <param name="length">How long an entry has from its joining.</param>
/// <param name="frequency">How many of the clock's ticks a second has.</param>
internal sealed class ExpiryList(TimeSpan length, long frequency)
{
    private readonly long _ticks = (long)(length.TotalSeconds * frequency);
    private IdempotencyEntry? _last;

    public TimeSpan Length => length;

    public IdempotencyEntry? First { get; private set; }

    /// <summary>Takes an entry from the list that it is in, and puts it at the end of this one.</summary>
    public void Add(IdempotencyEntry entry, long now)
    {
        entry.List?.Remove(entry);
        entry.List = this;
        entry.Due = now + _ticks;
        entry.Previous = _last;
        entry.Next = null;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Next = entry;
        }

        _last = entry;
    }

    public void Remove(IdempotencyEntry entry)
    {
        if (entry.Previous is null)
        {
            First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            _last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.List = null;
    }
}
