namespace EventBus.Idempotency;

/// <summary>
/// The entries of a store by their keys. An entry is its own place in the table, so that a steady flow allocates nothing, and one that is over goes
/// without being searched for.
/// </summary>
internal sealed class IdempotencyTable
{
    private const int Smallest = 64;
    private IdempotencyEntry?[] _buckets = new IdempotencyEntry?[Smallest];

    public int Count { get; private set; }

    public IdempotencyEntry? Find(in IdempotencyKey key)
    {
        var entry = _buckets[key.GetHashCode() & (_buckets.Length - 1)];
        while (entry is not null && !entry.Key.Equals(key))
        {
            entry = entry.NextInBucket;
        }

        return entry;
    }

    /// <summary>Adds an entry whose key is not there.</summary>
    public void Add(IdempotencyEntry entry)
    {
        if (Count == _buckets.Length)
        {
            Grow();
        }

        Link(entry);
        Count++;
    }

    public void Remove(IdempotencyEntry entry)
    {
        ref var link = ref _buckets[entry.Key.GetHashCode() & (_buckets.Length - 1)];
        if (link == entry)
        {
            link = entry.NextInBucket;
        }
        else
        {
            var before = link!;
            while (before.NextInBucket != entry)
            {
                before = before.NextInBucket!;
            }

            before.NextInBucket = entry.NextInBucket;
        }

        entry.NextInBucket = null;
        Count--;
    }

    private void Link(IdempotencyEntry entry)
    {
        ref var first = ref _buckets[entry.Key.GetHashCode() & (_buckets.Length - 1)];
        entry.NextInBucket = first;
        first = entry;
    }

    private void Grow()
    {
        var old = _buckets;
        _buckets = new IdempotencyEntry?[old.Length * 2];
        foreach (var first in old)
        {
            for (var entry = first; entry is not null;)
            {
                var next = entry.NextInBucket;
                Link(entry);
                entry = next;
            }
        }
    }
}
