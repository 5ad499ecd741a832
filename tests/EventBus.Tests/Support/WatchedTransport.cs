using EventBus.Transports;

namespace EventBus.Tests.Support;

/// <summary>A transport that counts what its consumers hand out, and whose consumers can be cut off.</summary>
internal sealed class WatchedTransport(IEventTransport inner) : IEventTransport, ILagTransport
{
    private int _handedOut;
    private int _opened;
    private int _receiving;

    /// <summary>How many events consumers have handed out.</summary>
    public int HandedOut => Volatile.Read(ref _handedOut);

    /// <summary>How many consumers have been opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>How many consumers are waiting for events now.</summary>
    public int Receiving => Volatile.Read(ref _receiving);

    /// <summary>Whether an interrupted receive fails, as if the connection were lost, once.</summary>
    public bool CutWhenInterrupted { get; set; }

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken) =>
        inner.AppendAsync(topic, envelope, cancellationToken);

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        inner.AppendAsync(topic, envelopes, positions, cancellationToken);

    public async ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        var consumer = await inner.OpenConsumerAsync(request, cancellationToken);
        Interlocked.Increment(ref _opened);
        return new Consumer(this, consumer);
    }

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        inner.ReadAsync(topic, from, follow, cancellationToken);

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken) =>
        ((ILagTransport)inner).GetLagAsync(group, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class Consumer(WatchedTransport transport, ITransportConsumer inner) : ITransportConsumer
    {
        public async ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref transport._receiving);
            try
            {
                var count = await inner.ReceiveAsync(buffer, cancellationToken);
                Interlocked.Add(ref transport._handedOut, count);
                return count;
            }
            catch (OperationCanceledException exception) when (transport.CutWhenInterrupted)
            {
                transport.CutWhenInterrupted = false;
                throw new EventBusException("The connection was cut.", exception);
            }
            finally
            {
                Interlocked.Decrement(ref transport._receiving);
            }
        }

        public void Settle(PartitionAssignment assignment, Offset offset) => inner.Settle(assignment, offset);

        public void Release(PartitionAssignment assignment) => inner.Release(assignment);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
