using System.Collections.Concurrent;
using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Samples.Tests.Activities;

/// <summary>A broker in memory whose sides can be down, each by itself.</summary>
internal sealed class FlakyTransport(InMemoryBroker broker) : IEventTransport, ILagTransport
{
    private readonly IEventTransport _inner = broker.CreateTransport();
    private readonly CancellationTokenSource _consumerDown = new();
    private int _failures;

    /// <summary>When each event was tried to be stored, and its id.</summary>
    public ConcurrentQueue<(long At, EventIdentity Id)> Attempts { get; } = [];

    /// <summary>Whether storing never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>Lets storing fail so many times.</summary>
    public void FailAppends(int times) => _failures = times;

    /// <summary>Lets receiving fail from now on.</summary>
    public Task CutConsumerAsync() => _consumerDown.CancelAsync();

    public async ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        Attempts.Enqueue((TimeProvider.System.GetTimestamp(), envelope.Id));
        if (Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        return Interlocked.Decrement(ref _failures) >= 0
            ? throw new PublishException("The broker is away.", topic) { IsOutage = true }
            : await _inner.AppendAsync(topic, envelope, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        _inner.AppendAsync(topic, envelopes, positions, cancellationToken);

    public async ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        new Consumer(await _inner.OpenConsumerAsync(request, cancellationToken), _consumerDown.Token);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        _inner.ReadAsync(topic, from, follow, cancellationToken);

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken) =>
        ((ILagTransport)_inner).GetLagAsync(group, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync();
        _consumerDown.Dispose();
    }

    private sealed class Consumer(ITransportConsumer inner, CancellationToken down) : ITransportConsumer
    {
        public async ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, down);
            try
            {
                return await inner.ReceiveAsync(buffer, either.Token);
            }
            catch (OperationCanceledException lost) when (!cancellationToken.IsCancellationRequested)
            {
                throw new EventBusException("The connection to the broker is lost.", lost);
            }
        }

        public void Settle(PartitionAssignment assignment, Offset offset) => inner.Settle(assignment, offset);

        public void Release(PartitionAssignment assignment) => inner.Release(assignment);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
