using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Tests.Support;

/// <summary>An in-memory transport that does not store what is published, for a reason that may change.</summary>
internal sealed class FailingTransport(Exception? reason) : IEventTransport
{
    private readonly IEventTransport _inner = new InMemoryBroker().CreateTransport();

    /// <summary>Why publishing fails; null where it does not.</summary>
    public Exception? Reason { get; set; } = reason;

    public string Name => "broken.transport";

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken) =>
        Reason is { } why ? ValueTask.FromException<Position>(why) : _inner.AppendAsync(topic, envelope, cancellationToken);

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        Reason is { } why ? ValueTask.FromException(why) : _inner.AppendAsync(topic, envelopes, positions, cancellationToken);

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        _inner.OpenConsumerAsync(request, cancellationToken);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        _inner.ReadAsync(topic, from, follow, cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
