using StackExchange.Redis;

namespace EventBus.Redis.Consuming;

/// <summary>Which partitions the member reads, and what comes of them.</summary>
internal sealed partial class RedisConsumer
{
    /// <summary>What the member has.</summary>
    public IReadOnlyList<RedisAssignment> Assignments => Volatile.Read(ref _all);

    /// <summary>Whether something is still to be handed out of a partition.</summary>
    public bool HasStash(RedisAssignment assignment)
    {
        lock (_lock)
        {
            return assignment.Stashed > 0;
        }
    }

    /// <summary>Takes partitions that were assigned.</summary>
    public void Add(IReadOnlyCollection<RedisAssignment> assignments)
    {
        lock (_lock)
        {
            Volatile.Write(ref _all, [.. _all, .. assignments]);
            Rearrange();
        }

        Changed();
    }

    /// <summary>Hands out entries that another member had.</summary>
    public void Take(RedisAssignment assignment, StreamEntry[] entries)
    {
        lock (_lock)
        {
            Stash(assignment, entries);
        }

        Signal();
    }

    /// <summary>Asks for a partition back. Nothing more of it is read or handed out.</summary>
    /// <returns>Whether it can go at once, since the runner has seen nothing of it.</returns>
    public bool Revoke(RedisAssignment assignment)
    {
        bool isUnused;
        lock (_lock)
        {
            assignment.IsEnding = true;
            _stashed -= assignment.Stashed;
            assignment.DropStash();
            isUnused = !assignment.IsHandedOut;
            Rearrange();
        }

        assignment.Revoke();
        return isUnused;
    }

    /// <summary>Lets go of partitions: no read of theirs is under way afterwards, and their settlements are acknowledged.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<RedisAssignment> assignments)
    {
        await _reads.InterruptAsync().ConfigureAwait(false);
        await _acknowledger.FlushAsync(assignments).ConfigureAwait(false);
        Drop(assignments);
    }

    /// <summary>Forgets partitions that somebody else has taken.</summary>
    public void Drop(IEnumerable<RedisAssignment> assignments)
    {
        lock (_lock)
        {
            foreach (var assignment in assignments)
            {
                assignment.IsEnding = true;
                _stashed -= assignment.Stashed;
                assignment.DropStash();
                assignment.End();
            }

            Volatile.Write(ref _all, Array.FindAll(_all, static assignment => !assignment.IsOver));
            Rearrange();
        }
    }

    /// <summary>Acknowledges everything that is settled, and ends a read that waits.</summary>
    public async Task FlushAsync()
    {
        await _reads.InterruptAsync().ConfigureAwait(false);
        await _acknowledger.FlushAsync(_all).ConfigureAwait(false);
    }

    // The reads are made from a new array when something has changed; under the lock.
    private void Rearrange() =>
        _reading = Array.FindAll(_all, static assignment => assignment is { IsEnding: false, IsPaused: false });

    private void Stash(RedisAssignment assignment, StreamEntry[] entries)
    {
        if (assignment.IsEnding || entries.Length == 0)
        {
            return;
        }

        assignment.Stash(entries);
        _stashed += entries.Length;
        Enqueue(assignment);
    }

    private void Enqueue(RedisAssignment assignment)
    {
        if (assignment is { Stashed: > 0, IsQueued: false, IsEnding: false, IsPaused: false })
        {
            assignment.IsQueued = true;
            _ready.Enqueue(assignment);
        }
    }

    // A read that waits does not know of what was added.
    private void Changed()
    {
        _hasChanged = true;
        Interlocked.MemoryBarrier();
        ThreadPool.UnsafeQueueUserWorkItem(
            static self =>
            {
                _ = self._reads.InterruptAsync();
                self.Signal();
            },
            this,
            preferLocal: false);
    }

    private async Task ReadAsync(bool isWaiting)
    {
        try
        {
            RedisAssignment[] reading;
            RedisAssignment? history;
            lock (_lock)
            {
                reading = _reading;
                history = Array.Find(reading, static assignment => assignment is { HistoryFrom: not null, Stashed: 0 });
                if (history is null && Array.Exists(reading, static assignment => assignment.HistoryFrom is not null))
                {
                    reading = Array.FindAll(reading, static assignment => assignment.HistoryFrom is null);
                    isWaiting = false;
                }

                // What has changed may have events already: they are asked for first, and waited for only then.
                isWaiting &= !_hasChanged;
                _hasChanged = false;
            }

            var read = history is null && reading.Length == 0
                ? []
                : await _reads.ReadAsync(reading, history, () => isWaiting && !_hasChanged).ConfigureAwait(false);
            lock (_lock)
            {
                foreach (var (assignment, entries) in read)
                {
                    Stash(assignment, entries);
                }

                _isReading = false;
            }

            Signal();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            lock (_lock)
            {
                _isReading = false;
            }

            await (_member?.ReadFailedAsync(exception) ?? Task.CompletedTask).ConfigureAwait(false);
            Signal();
        }
    }
}
