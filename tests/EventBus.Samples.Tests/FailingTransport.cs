using EventBus.Transports;

namespace EventBus.Samples.Tests;

/// <summary>A transport that stores nothing while it is down, and cannot tell a group's lag.</summary>
internal sealed class FailingTransport(IEventTransport inner) : IEventTransport
{
    public bool IsDown { get; set; }

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken) => IsDown
        ? throw new PublishException("The broker is down.", topic)
        : inner.AppendAsync(topic, envelope, cancellationToken);

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) => IsDown
        ? throw new PublishException("The broker is down.", topic)
        : inner.AppendAsync(topic, envelopes, positions, cancellationToken);

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        inner.OpenConsumerAsync(request, cancellationToken);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        inner.ReadAsync(topic, from, follow, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
