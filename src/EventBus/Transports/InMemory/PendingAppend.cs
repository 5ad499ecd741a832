using EventBus.Consuming;

namespace EventBus.Transports.InMemory;

/// <summary>A publisher that waits for room for the rest of its events. All but completing it is guarded by the log's lock.</summary>
internal sealed class PendingAppend : TaskCompletionSource
{
    private readonly ReadOnlyMemory<Envelope> _envelopes;
    private readonly Memory<Position> _positions;
    private int _next;

    public PendingAppend(PartitionLog log, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        Log = log;
        _envelopes = envelopes;
        _positions = positions;
        Group = CurrentDelivery.Value?.Subscription;
        Node = new LinkedListNode<PendingAppend>(this);
    }

    public PartitionLog Log { get; }

    /// <summary>The group whose handler publishes; null outside of handlers.</summary>
    public string? Group { get; }

    /// <summary>The publisher's place in the log's queue.</summary>
    public LinkedListNode<PendingAppend> Node { get; }

    /// <summary>The next one that has been appended and is to be told.</summary>
    public PendingAppend? NextDone { get; set; }

    public bool IsDone => _next == _envelopes.Length;

    public ref readonly Envelope Envelope => ref _envelopes.Span[_next];

    public Position Position
    {
        set => _positions.Span[_next] = value;
    }

    public void MoveNext() => _next++;

    public void Cancel(CancellationToken cancellationToken)
    {
        if (Log.Withdraw(this))
        {
            TrySetCanceled(cancellationToken);
        }
    }

    public void Close()
    {
        if (Log.Withdraw(this))
        {
            TrySetException(InMemoryTransport.Disposed());
        }
    }
}
