using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Tests.Support;

/// <summary>How something goes wrong.</summary>
internal enum Stall
{
    None,
    Throws,
    Hangs,
}

/// <summary>An in-memory transport whose parts stop working when they are told to, as those of a broker that is away.</summary>
internal sealed class StallingTransport(TimeProvider? time = null) : IEventTransport, ILagTransport
{
    private readonly IEventTransport _inner = new InMemoryBroker(timeProvider: time).CreateTransport();
    private CancellationTokenSource _changed = new();

    /// <summary>How consumers go wrong: opening them and receiving, also what is under way.</summary>
    public Stall Consumers { get; private set; }

    /// <summary>How the question for the lag goes wrong.</summary>
    public Stall Lag { get; set; }

    /// <summary>How publishing goes wrong.</summary>
    public Stall Publishing { get; set; }

    public void Change(Stall consumers)
    {
        Consumers = consumers;
        Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
    }

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken) =>
        Publishing == Stall.Throws
            ? ValueTask.FromException<Position>(new PublishException("away", topic) { IsOutage = true })
            : _inner.AppendAsync(topic, envelope, cancellationToken);

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        _inner.AppendAsync(topic, envelopes, positions, cancellationToken);

    public async ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        await StallAsync(Consumers, cancellationToken);
        return new Consumer(this, await _inner.OpenConsumerAsync(request, cancellationToken));
    }

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        _inner.ReadAsync(topic, from, follow, cancellationToken);

    public async ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken)
    {
        // Not even the token ends it.
        await StallAsync(Lag, CancellationToken.None);
        return await ((ILagTransport)_inner).GetLagAsync(group, cancellationToken);
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private static async Task StallAsync(Stall stall, CancellationToken cancellationToken)
    {
        if (stall == Stall.Throws)
        {
            throw new EventBusException("The transport is away.");
        }

        if (stall == Stall.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    private sealed class Consumer(StallingTransport transport, ITransportConsumer inner) : ITransportConsumer
    {
        public async ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
        {
            while (true)
            {
                var changed = transport._changed;
                await StallAsync(transport.Consumers, cancellationToken);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(changed.Token, cancellationToken);
                try
                {
                    return await inner.ReceiveAsync(buffer, either.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // What it waits for has changed.
                }
            }
        }

        public void Settle(PartitionAssignment assignment, Offset offset) => inner.Settle(assignment, offset);

        public void Release(PartitionAssignment assignment) => inner.Release(assignment);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
