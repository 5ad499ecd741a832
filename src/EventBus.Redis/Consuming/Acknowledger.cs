using System.Buffers;
using EventBus.Redis.Connections;
using EventBus.Redis.Entries;
using EventBus.Redis.Groups;
using StackExchange.Redis;

namespace EventBus.Redis.Consuming;

/// <summary>
/// Acknowledges what is settled, many entries at a time, behind the handlers' backs: when enough have come together, when there is nothing to read, and
/// shortly after the first one otherwise. One message is under way at a time; meanwhile the next ones come together.
/// </summary>
internal sealed class Acknowledger : IAsyncDisposable
{
    private const int Enough = 256;
    private const int MostAtOnce = 1_000;
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);
    private readonly RedisConnection _connection;
    private readonly string _group;
    private readonly string _consumerGroup;
    private readonly string? _competitor;
    private readonly Action<Exception> _onEnd;
    private readonly Func<IEnumerable<RedisAssignment>> _assignments;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ITimer _timer;
    private int _waiting;
    private int _isScheduled;
    private volatile bool _isIdle;

    /// <param name="connection">The server.</param>
    /// <param name="group">The group.</param>
    /// <param name="consumerGroup">The name of its consumer group.</param>
    /// <param name="competitor">The consumer's name, in a competing group; else null.</param>
    /// <param name="assignments">What there may be something to acknowledge of.</param>
    /// <param name="onEnd">Called when others have taken over what this member had, and when the server refuses what it is sent.</param>
    /// <param name="time">The clock.</param>
    public Acknowledger(
        RedisConnection connection, string group, string consumerGroup, string? competitor, Func<IEnumerable<RedisAssignment>> assignments,
        Action<Exception> onEnd, TimeProvider time)
    {
        _connection = connection;
        _group = group;
        _consumerGroup = consumerGroup;
        _competitor = competitor;
        _assignments = assignments;
        _onEnd = onEnd;
        _timer = time.CreateTimer(static self => ((Acknowledger)self!).Schedule(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Settle(RedisAssignment assignment, Offset offset)
    {
        assignment.Settled.Add(offset);
        var waiting = Interlocked.Increment(ref _waiting);
        if (waiting == Enough || _isIdle)
        {
            Schedule();
        }
        else if (waiting == 1)
        {
            _timer.Change(s_soon, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Tells whether the member waits for events: then nothing is gained by collecting.</summary>
    public void Idle(bool isIdle)
    {
        _isIdle = isIdle;
        if (isIdle && Volatile.Read(ref _waiting) > 0)
        {
            Schedule();
        }
    }

    /// <summary>Acknowledges what is settled of some partitions.</summary>
    /// <exception cref="RedisException">The server did not take it; it is still to be acknowledged.</exception>
    public async Task FlushAsync(IEnumerable<RedisAssignment> assignments)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (var assignment in assignments)
            {
                await SendAsync(assignment).ConfigureAwait(false);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.FlushAllAsync(), this, preferLocal: false);
        }
    }

    private async Task FlushAllAsync()
    {
        try
        {
            await _sending.WaitAsync().ConfigureAwait(false);
            try
            {
                Volatile.Write(ref _isScheduled, 0);
                foreach (var assignment in _assignments())
                {
                    await SendAsync(assignment).ConfigureAwait(false);
                }
            }
            finally
            {
                _sending.Release();
            }

            // Those that were settled meanwhile may have been counted before the others were taken off the count.
            if (Volatile.Read(ref _waiting) > 0)
            {
                TryLater(_isIdle ? TimeSpan.Zero : s_soon);
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Nothing is lost by it: they stay settled here, and are sent with the next ones or, if the member ends, come again.
            TryLater(s_soon * 10);
            if (!RedisErrors.IsOutage(exception))
            {
                _onEnd(exception);
            }
        }
    }

    private void TryLater(TimeSpan pause)
    {
        try
        {
            _timer.Change(pause, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The member has left.
        }
    }

    private async Task SendAsync(RedisAssignment assignment)
    {
        var settled = assignment.Settled.Take();
        if (settled.Count == 0)
        {
            return;
        }

        Interlocked.Add(ref _waiting, -settled.Count);
        var done = false;
        try
        {
            if (!assignment.IsOver)
            {
                for (var start = 0; start < settled.Count; start += MostAtOnce)
                {
                    await AcknowledgeAsync(assignment, settled, start, Math.Min(MostAtOnce, settled.Count - start)).ConfigureAwait(false);
                }

                await ForgetFailuresAsync(assignment, settled).ConfigureAwait(false);
            }

            done = true;
        }
        finally
        {
            if (!done)
            {
                Interlocked.Add(ref _waiting, settled.Count);
            }

            assignment.Settled.Return(settled, done);
        }
    }

    private async Task AcknowledgeAsync(RedisAssignment assignment, List<Offset> settled, int start, int count)
    {
        var database = await _connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(count * EntryId.MaxLength);
        var first = _competitor is null ? 0 : 2;
        var ids = new RedisValue[first + count];
        for (int i = 0, used = 0; i < count; i++)
        {
            var length = EntryId.Write(settled[start + i], buffer.AsSpan(used));
            ids[first + i] = (ReadOnlyMemory<byte>)buffer.AsMemory(used, length);
            used += length;
        }

        if (_competitor is null)
        {
            await database.StreamAcknowledgeAsync(assignment.Stream, _consumerGroup, ids).ConfigureAwait(false);
        }
        else
        {
            (ids[0], ids[1]) = (_consumerGroup, _competitor);
            var taken = await database.ScriptEvaluateAsync(
                PlaceScripts.Acknowledge,
                [assignment.Stream, _connection.Keys.Fenced(assignment.Topic, assignment.Partition, _group)],
                ids).ConfigureAwait(false);
            if ((long)taken == -1)
            {
                _onEnd(GroupMember.ThrownOut(_group));
            }
        }

        // Not after an error: the client may still read it.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async Task ForgetFailuresAsync(RedisAssignment assignment, List<Offset> settled)
    {
        var noted = assignment.Failures.Remove(settled);
        if (noted.Count > 0)
        {
            var database = await _connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
            await database.HashDeleteAsync(
                _connection.Keys.Failures(assignment.Topic, assignment.Partition, _group),
                [.. noted.Select(static offset => (RedisValue)EntryId.Print(offset))]).ConfigureAwait(false);
        }
    }
}
