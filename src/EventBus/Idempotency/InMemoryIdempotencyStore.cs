using System.Runtime.InteropServices;

namespace EventBus.Idempotency;

/// <summary>
/// The store of a process. It keeps an entry for as long as its lease or window lasts, so that its size is the number of events in a
/// window. What is over goes away as new keys come: each takes more away than it adds, as long as there is any.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class InMemoryIdempotencyStore(TimeProvider time) : IIdempotencyStore
{
    private const int RemovedAtOnce = 2;
    private const int MostUnused = 16_384;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IdempotencyEntry> _entries = new(StringComparer.Ordinal);

    // As many as there are different leases and windows among the subscriptions.
    private readonly List<ExpiryList> _lists = [];

    // A run that ends at once, as most do, completes the key that was claimed last: it is not looked up again.
    private IdempotencyEntry? _claimedLast;

    // Linked through Next. In a steady flow as many entries go as come, and so none is allocated.
    private IdempotencyEntry? _unused;
    private int _unusedCount;

    /// <summary>How many keys it knows, those included that are over and have not been taken away yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    public ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            RemoveOver(now);
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _);
            if (entry is not null && entry.Due > now && (entry.IsDone || entry.Owner != owner))
            {
                return new ValueTask<IdempotencyState>(entry.IsDone ? IdempotencyState.Done : IdempotencyState.Running);
            }

            entry ??= Take(key);
            entry.IsDone = false;
            entry.Owner = owner;
            ListOf(lease).Add(entry, now);
            _claimedLast = entry;
            return new ValueTask<IdempotencyState>(IdempotencyState.Claimed);
        }
    }

    public ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.IsDone || entry.Owner != owner || entry.Due <= now)
            {
                return new ValueTask<bool>(false);
            }

            ListOf(lease).Add(entry, now);
            return new ValueTask<bool>(true);
        }
    }

    public ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var entry = EntryOf(key);
            if (entry.Due > now && (entry.IsDone || entry.Owner != owner))
            {
                return new ValueTask<bool>(entry.Owner == owner);
            }

            entry.IsDone = true;
            entry.Owner = owner;
            ListOf(window).Add(entry, now);
            return new ValueTask<bool>(true);
        }
    }

    public ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry) && !entry.IsDone && entry.Owner == owner)
            {
                Remove(entry);
            }
        }

        return ValueTask.CompletedTask;
    }

    private IdempotencyEntry EntryOf(string key)
    {
        if (_claimedLast is { } last && ReferenceEquals(last.Key, key))
        {
            return last;
        }

        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _);
        return entry ??= Take(key);
    }

    private void RemoveOver(long now)
    {
        foreach (var list in _lists)
        {
            for (var removed = 0; removed < RemovedAtOnce && list.First is { } first && first.Due <= now; removed++)
            {
                Remove(first);
            }
        }
    }

    private void Remove(IdempotencyEntry entry)
    {
        entry.List?.Remove(entry);
        _entries.Remove(entry.Key);
        entry.Due = 0;
        _claimedLast = entry == _claimedLast ? null : _claimedLast;
        if (_unusedCount < MostUnused)
        {
            entry.Key = string.Empty;
            entry.Next = _unused;
            _unused = entry;
            _unusedCount++;
        }
    }

    private IdempotencyEntry Take(string key)
    {
        if (_unused is not { } entry)
        {
            return new IdempotencyEntry { Key = key };
        }

        _unused = entry.Next;
        _unusedCount--;
        entry.Key = key;
        return entry;
    }

    private ExpiryList ListOf(TimeSpan length)
    {
        foreach (var list in _lists)
        {
            if (list.Length == length)
            {
                return list;
            }
        }

        var added = new ExpiryList(length, time.TimestampFrequency);
        _lists.Add(added);
        return added;
    }
}
