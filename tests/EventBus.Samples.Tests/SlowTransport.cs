using EventBus.Transports;

namespace EventBus.Samples.Tests;

/// <summary>A transport that takes its time to accept an event, hands none out, can be down, and cannot tell a group's lag.</summary>
internal sealed class SlowTransport : IEventTransport, ITransportConsumer
{
    private int _appended;

    /// <summary>How many events were accepted.</summary>
    public int Appended => _appended;

    public bool IsDown { get; set; }

    public TimeSpan Latency { get; init; }

    public async ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        await Task.Delay(Latency, TimeProvider.System, cancellationToken);
        return IsDown
            ? throw new PublishException("The broker is down.", topic)
            : new Position(topic, 0, new Offset((ulong)Interlocked.Increment(ref _appended)));
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        throw new PublishException("The broker takes no batches.", topic);

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ITransportConsumer>(this);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<LogEntry>();

    public async ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return 0;
    }

    public void Settle(PartitionAssignment assignment, Offset offset)
    {
    }

    public void Release(PartitionAssignment assignment)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
