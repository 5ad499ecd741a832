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
    private readonly IdempotencyTable _entries = new();

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

    public ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
        new(Claim(IdempotencyKey.Of(key), owner, lease));

    public ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
        new(Renew(IdempotencyKey.Of(key), owner, lease));

    public ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken) =>
        new(Complete(IdempotencyKey.Of(key), owner, window));

    public ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken)
    {
        Release(IdempotencyKey.Of(key), owner);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc cref="IIdempotencyStore.ClaimAsync"/>
    public IdempotencyState Claim(in IdempotencyKey key, Guid owner, TimeSpan lease)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            RemoveOver(now);
            var entry = _entries.Find(key);
            if (entry is not null && entry.Due > now && (entry.IsDone || entry.Owner != owner))
            {
                return entry.IsDone ? IdempotencyState.Done : IdempotencyState.Running;
            }

            entry ??= Take(key);
            entry.IsDone = false;
            entry.Owner = owner;
            ListOf(lease).Add(entry, now);
            _claimedLast = entry;
            return IdempotencyState.Claimed;
        }
    }

    private bool Renew(in IdempotencyKey key, Guid owner, TimeSpan lease)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_entries.Find(key) is not { } entry || entry.IsDone || entry.Owner != owner || entry.Due <= now)
            {
                return false;
            }

            ListOf(lease).Add(entry, now);
            return true;
        }
    }

    /// <inheritdoc cref="IIdempotencyStore.CompleteAsync"/>
    public bool Complete(in IdempotencyKey key, Guid owner, TimeSpan window)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var entry = EntryOf(key);
            if (entry.Due > now && (entry.IsDone || entry.Owner != owner))
            {
                return entry.Owner == owner;
            }

            entry.IsDone = true;
            entry.Owner = owner;
            ListOf(window).Add(entry, now);
            return true;
        }
    }

    private void Release(in IdempotencyKey key, Guid owner)
    {
        lock (_lock)
        {
            if (_entries.Find(key) is { IsDone: false } entry && entry.Owner == owner)
            {
                Remove(entry);
            }
        }
    }

    private IdempotencyEntry EntryOf(in IdempotencyKey key)
    {
        if (_claimedLast is { } last && last.Key.Equals(key))
        {
            return last;
        }

        return _entries.Find(key) ?? Take(key);
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
        _entries.Remove(entry);
        entry.Due = 0;
        _claimedLast = entry == _claimedLast ? null : _claimedLast;
        if (_unusedCount < MostUnused)
        {
            entry.Key = default;
            entry.Next = _unused;
            _unused = entry;
            _unusedCount++;
        }
    }

    private IdempotencyEntry Take(in IdempotencyKey key)
    {
        if (_unused is { } entry)
        {
            _unused = entry.Next;
            _unusedCount--;
        }
        else
        {
            entry = new IdempotencyEntry();
        }

        entry.Key = key;
        _entries.Add(entry);
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
