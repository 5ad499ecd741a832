using System.Runtime.CompilerServices;
using EventBus.Redis.Connections;
using EventBus.Redis.Diagnostics;
using EventBus.Redis.Entries;
using EventBus.Redis.Groups;
using EventBus.Transports;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventBus.Redis.Consuming;

/// <summary>
/// A member of a group: hands out what <see cref="PartitionReads"/> reads of the partitions that <see cref="GroupMember"/> gives it. One read is
/// made ahead of what has been handed out; without a call to <see cref="ReceiveAsync"/> none is made.
/// </summary>
internal sealed partial class RedisConsumer : ITransportConsumer
{
    private readonly Lock _lock = new();
    private readonly RedisConnection _connection;
    private readonly ConsumerRequest _request;
    private readonly PartitionReads _reads;
    private readonly Acknowledger _acknowledger;
    private readonly ILogger _log;
    private readonly int _readCount;
    private readonly EntryReader _entries = new();

    // Those that have something to hand out, in turn.
    private readonly Queue<RedisAssignment> _ready = new();
    private RedisAssignment[] _all = [];
    private RedisAssignment[] _reading = [];
    private TaskCompletionSource? _waiter;
    private Exception? _fault;
    private int _stashed;
    private bool _isReading;
    private volatile bool _hasChanged;
    private bool _isDisposed;
    private GroupMember? _member;

    /// <param name="connection">The server.</param>
    /// <param name="request">What the subscription asks for.</param>
    /// <param name="reads">Where events are read.</param>
    /// <param name="names">What the member and its consumer group are called.</param>
    /// <param name="readCount">The most entries of one read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to tell of what is lost.</param>
    public RedisConsumer(
        RedisConnection connection, ConsumerRequest request, PartitionReads reads, ConsumerNames names, int readCount, TimeProvider time, ILogger log)
    {
        _connection = connection;
        _request = request;
        _reads = reads;
        _readCount = readCount;
        _log = log;
        _acknowledger = new Acknowledger(
            connection, request.Group, names.ConsumerGroup, names.IsCompeting ? names.Consumer : null, () => Volatile.Read(ref _all),
            Fail, time);
    }

    /// <summary>Called once, when the member has left and everything is closed.</summary>
    public Action<RedisConsumer>? Closed { get; set; }

    /// <summary>Begins to take partitions.</summary>
    public void Start(GroupMember member)
    {
        _member = member;
        member.Start(this);
    }

    public ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("The buffer has no room for an event.", nameof(buffer));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return TryTake(buffer.Span, out var count) ? new ValueTask<int>(count) : WaitAsync(buffer, cancellationToken);
    }

    public void Settle(PartitionAssignment assignment, Offset offset)
    {
        if (assignment is RedisAssignment { IsOver: false } own)
        {
            _acknowledger.Settle(own, offset);
        }
    }

    public void Release(PartitionAssignment assignment)
    {
        if (assignment is RedisAssignment own)
        {
            _member?.GiveBack(own);
        }
    }

    public void NoteFailure(PartitionAssignment assignment, Offset offset, int attempts, DateTimeOffset firstFailure)
    {
        if (assignment is not RedisAssignment { IsOver: false } own)
        {
            return;
        }

        own.Failures.Add(offset, attempts, firstFailure);
        if (_connection.TryGetDatabase(out var database))
        {
            var key = _connection.Keys.Failures(own.Topic, own.Partition, _request.Group);
            database.HashSet(key, EntryId.Print(offset), FailureNotes.Print(attempts, firstFailure), flags: CommandFlags.FireAndForget);
            database.KeyExpire(key, FailureNotes.Kept, CommandFlags.FireAndForget);
        }
    }

    public bool TryPause(PartitionAssignment assignment, bool isPaused)
    {
        if (assignment is RedisAssignment own)
        {
            lock (_lock)
            {
                own.IsPaused = isPaused;
                Enqueue(own);
                Rearrange();
            }

            Changed();
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            foreach (var assignment in _all)
            {
                assignment.IsEnding = true;
            }
        }

        Signal();
        if (_member is { } member)
        {
            await member.DisposeAsync().ConfigureAwait(false);
        }

        Array.ForEach(_all, static assignment => assignment.End());
        await _acknowledger.DisposeAsync().ConfigureAwait(false);
        await _reads.DisposeAsync().ConfigureAwait(false);
        Closed?.Invoke(this);
    }

    /// <summary>Ends the member: the runner closes it and opens another one.</summary>
    public void Fail(Exception exception)
    {
        lock (_lock)
        {
            _fault ??= exception;
        }

        Signal();
    }

    // Fills the buffer with what has been read, and has more read.
    private bool TryTake(Span<ReceivedEvent> buffer, out int count)
    {
        count = 0;
        bool read;
        lock (_lock)
        {
            ThrowIfOver();
            while (count < buffer.Length && _ready.TryDequeue(out var assignment))
            {
                assignment.IsQueued = false;
                count += Take(assignment, buffer[count..]);
                Enqueue(assignment);
            }

            read = !_isReading && _stashed < _readCount && _reading.Length > 0 && (count == 0 || _reads.HasBacklog);
            _isReading |= read;
        }

        if (read)
        {
            _ = ReadAsync(count == 0);
        }

        return count > 0;
    }

    private int Take(RedisAssignment assignment, Span<ReceivedEvent> buffer)
    {
        var count = 0;
        while (count < buffer.Length && assignment.Stashed > 0)
        {
            var entry = assignment.Take();
            _stashed--;
            var offset = EntryId.Parse(entry.Id);
            if (entry.Values is null)
            {
                _log.EntryRemoved(_request.Group, assignment.StreamName, 1);
                _acknowledger.Settle(assignment, offset);
                continue;
            }

            var envelope = _entries.Read(assignment.StreamName, offset, entry.Values);
            if (_request.Types is { } types && !types.Contains(envelope.Type) && envelope.Type != ForeignEvents.Type)
            {
                _acknowledger.Settle(assignment, offset);
                continue;
            }

            assignment.IsHandedOut = true;
            buffer[count++] = assignment.Failures.Apply(new ReceivedEvent(assignment, offset, envelope));
        }

        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        _acknowledger.Idle(true);
        try
        {
            while (true)
            {
                TaskCompletionSource waiter;
                lock (_lock)
                {
                    waiter = _waiter ??= new TaskCompletionSource();
                }

                // Looked at after the waiter is there, so that what comes in between wakes it.
                if (TryTake(buffer.Span, out var count))
                {
                    return count;
                }

                await using (cancellationToken.UnsafeRegister(
                    static (waiter, token) => ((TaskCompletionSource)waiter!).TrySetCanceled(token), waiter).ConfigureAwait(false))
                {
                    try
                    {
                        await waiter.Task.ConfigureAwait(false);
                    }
                    catch (OperationCanceledException)
                    {
                        Interlocked.CompareExchange(ref _waiter, null, waiter);
                        throw;
                    }
                }
            }
        }
        finally
        {
            _acknowledger.Idle(false);
        }
    }

    private void Signal()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }

    private void ThrowIfOver()
    {
        if (_isDisposed)
        {
            throw new ObjectDisposedException(
                nameof(ITransportConsumer), $"The consumer '{_request.Member}' of group '{_request.Group}' has been disposed.");
        }

        if (_fault is not null)
        {
            throw _fault is EventBusException ? _fault : new EventBusException(
                $"Group '{_request.Group}' could not read from Redis: {_fault.Message}", _fault);
        }

        _member?.ThrowIfSilent();
    }
}
