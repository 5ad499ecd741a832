using System.Runtime.CompilerServices;
using EventBus.Transactions;
using EventBus.Transports;

namespace EventBus.Kafka.Consuming;

/// <summary>What the runner sees of a <see cref="GroupMember"/>.</summary>
internal sealed class KafkaConsumer(GroupMember member) : ITransactionalConsumer
{
    private readonly FetchQueue _fetched = member.Fetched;
    private volatile bool _isIdle;

    /// <summary>Called once, when the member has left and everything is closed.</summary>
    public Action<KafkaConsumer>? Closed { get; set; }

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

        var count = Take(buffer.Span);
        return count > 0 ? new ValueTask<int>(count) : WaitAsync(buffer, cancellationToken);
    }

    public void Settle(PartitionAssignment assignment, Offset offset)
    {
        if (assignment is KafkaAssignment own && own.Settle((long)offset.Major) && _isIdle && own.IsAtRest)
        {
            member.CommitSoon();
        }
    }

    public ValueTask CheckAsync(in OutgoingEvent outgoing, CancellationToken cancellationToken) =>
        member.Outgoing?.CheckAsync(in outgoing, cancellationToken) ?? ValueTask.CompletedTask;

    public void Settle(PartitionAssignment assignment, Offset offset, IReadOnlyList<OutgoingEvent> published)
    {
        if (published.Count == 0)
        {
            Settle(assignment, offset);
        }
        else if (assignment is KafkaAssignment own && own.Settle((long)offset.Major, published))
        {
            member.Published(published);
            if (_isIdle && own.IsAtRest)
            {
                member.CommitSoon();
            }
        }
    }

    public void Release(PartitionAssignment assignment)
    {
        if (assignment is KafkaAssignment own)
        {
            own.IsReleased = true;
            member.Wake();
        }
    }

    public void NoteFailure(PartitionAssignment assignment, Offset offset, int attempts, DateTimeOffset firstFailure)
    {
        if (assignment is KafkaAssignment own)
        {
            own.NoteFailure(new FailedAttempts((long)offset.Major, attempts, firstFailure));
            member.CommitSoon();
        }
    }

    public bool TryPause(PartitionAssignment assignment, bool isPaused)
    {
        if (assignment is KafkaAssignment own)
        {
            _fetched.SetPaused(own, isPaused);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await member.CloseAsync().ConfigureAwait(false);
        var closed = Closed;
        Closed = null;
        closed?.Invoke(this);
    }

    private int Take(Span<ReceivedEvent> buffer) => member.IsFull ? 0 : _fetched.Take(buffer);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        _isIdle = true;
        try
        {
            while (true)
            {
                await _fetched.WaitAsync(cancellationToken).ConfigureAwait(false);
                var count = Take(buffer.Span);
                if (count > 0)
                {
                    return count;
                }
            }
        }
        finally
        {
            _isIdle = false;
        }
    }
}
