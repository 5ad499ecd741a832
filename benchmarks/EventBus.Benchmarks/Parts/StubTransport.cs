using System.Buffers;
using EventBus.Transports;

namespace EventBus.Benchmarks.Parts;

/// <summary>A transport that keeps nothing, so that what remains is the bus's own work.</summary>
/// <param name="asBytes">Whether it takes an event's bytes, as one to a broker does.</param>
internal sealed class StubTransport(bool asBytes = false) : IEventTransport
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The envelope that was published last.</summary>
    public Envelope Last { get; private set; }

    /// <summary>The member that a subscription gets.</summary>
    public StubConsumer Consumer { get; } = new();

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        Last = envelope;
        if (asBytes)
        {
            _bytes.ResetWrittenCount();
            envelope.WriteDataTo(_bytes);
        }

        return new ValueTask<Position>(new Position(topic, 0, default));
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        Last = envelopes.Span[^1];
        return ValueTask.CompletedTask;
    }

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        new(Consumer);

    public IAsyncEnumerable<LogEntry> ReadAsync(
        string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) => AsyncEnumerable.Empty<LogEntry>();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
