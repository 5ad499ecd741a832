using EventBus.Transports;

namespace EventBus.Testing.Tests.Faults;

/// <summary>A transport of which only the interfaces count.</summary>
internal class BareTransport : IEventTransport
{
    public static IEventTransport With(bool seek, bool lag) =>
        seek ? lag ? new Both() : new WithSeek() : lag ? new WithLag() : new BareTransport();

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public virtual ValueTask SeekAsync(string group, string topic, SeekTarget target, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public virtual ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken) => new([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class WithSeek : BareTransport, ISeekableTransport;

    private sealed class WithLag : BareTransport, ILagTransport;

    private sealed class Both : BareTransport, ISeekableTransport, ILagTransport;
}
