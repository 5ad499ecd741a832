using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EventBus.Transactions;

namespace EventBus.Transports.InMemory;

/// <summary>
/// A member of a group. Its channel carries assignments that may have something to read, each of which is in one place at a time: in
/// the channel, among the active ones, or parked at the end of its log. So an append costs a consumer something only when
/// it waits for that very partition, and a consumer costs an append nothing while it keeps reading.
/// </summary>
internal sealed class InMemoryConsumer(InMemoryBroker broker, InMemoryTransport transport, ConsumerRequest request) : ITransactionalConsumer
{
    private readonly InMemoryTransactions _transactions = new(transport, TimeProvider.System);

    private readonly Channel<InMemoryAssignment> _ready = Channel.CreateUnbounded<InMemoryAssignment>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    // Those that had events when they were last looked at, in turn. The reader's own.
    private readonly Queue<InMemoryAssignment> _active = new();
    private volatile bool _closed;

    public ConsumerRequest Request { get; } = request;

    public string Name => Request.Member;

    /// <summary>How many partitions the member owns in all. Guarded by the broker's lock.</summary>
    public int Load { get; set; }

    /// <summary>Tells that an assignment may have something to read.</summary>
    public void Ready(InMemoryAssignment assignment) => _ready.Writer.TryWrite(assignment);

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

        if (_closed)
        {
            return ValueTask.FromException<int>(Disposed());
        }

        var count = Take(buffer.Span);
        return count > 0 ? new ValueTask<int>(count) : WaitAsync(buffer, cancellationToken);
    }

    public void Settle(PartitionAssignment assignment, Offset offset)
    {
        if (assignment is InMemoryAssignment own)
        {
            own.Settle((long)offset.Major);
        }
    }

    public ValueTask CheckAsync(in OutgoingEvent outgoing, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Settle(PartitionAssignment assignment, Offset offset, IReadOnlyList<OutgoingEvent> published)
    {
        if (assignment is InMemoryAssignment own && own.TryHold())
        {
            _transactions.Store(published, isStored => Stored(own, offset, isStored));
        }
    }

    public void NoteFailure(PartitionAssignment assignment, Offset offset, int attempts, DateTimeOffset firstFailure)
    {
        if (assignment is InMemoryAssignment own)
        {
            own.NoteFailure((long)offset.Major, attempts, firstFailure);
        }
    }

    public bool TryPause(PartitionAssignment assignment, bool isPaused)
    {
        if (assignment is InMemoryAssignment own)
        {
            own.Pause(isPaused);
        }

        return true;
    }

    public void Release(PartitionAssignment assignment)
    {
        if (assignment is InMemoryAssignment own)
        {
            _transactions.Afterwards(() => broker.Release(own));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_closed)
        {
            _closed = true;
            _ready.Writer.TryComplete();
            await _transactions.DisposeAsync().ConfigureAwait(false);
            transport.Closed(this);
            broker.Leave(this);
        }
    }

    private void Stored(InMemoryAssignment assignment, Offset offset, bool isStored)
    {
        if (isStored)
        {
            assignment.Settle((long)offset.Major);
        }

        if (assignment.LetGo())
        {
            broker.Release(assignment);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        while (await _ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var count = Take(buffer.Span);
            if (count > 0)
            {
                return count;
            }
        }

        throw Disposed();
    }

    // Looks at each active assignment once, and parks it where it has nothing. Returns 0 only when all of them are parked.
    private int Take(Span<ReceivedEvent> buffer)
    {
        while (true)
        {
            while (_ready.Reader.TryRead(out var arrived))
            {
                _active.Enqueue(arrived);
            }

            var count = 0;
            var isAlone = _active.Count == 1;
            for (var left = _active.Count; left > 0 && count < buffer.Length; left--)
            {
                var assignment = _active.Dequeue();
                var copied = assignment.Read(buffer[count..], isAlone, out var isLive);
                count += copied;
                if (copied > 0 || (isLive && !assignment.Park()))
                {
                    _active.Enqueue(assignment);
                }
            }

            if (count > 0 || _active.Count == 0)
            {
                return count;
            }
        }
    }

    private ObjectDisposedException Disposed() => new(
        nameof(ITransportConsumer), $"The consumer '{Name}' of group '{Request.Group}' has been disposed.");
}
