using EventBus.Transports;

namespace EventBus.Tests.Support;

/// <summary>The in-memory transport, with appends that fail as a test says.</summary>
internal sealed class AppendFaults(IEventTransport inner) : IEventTransport, ILagTransport
{
    /// <summary>Says of a topic and its envelope whether to refuse it.</summary>
    public Func<string, Envelope, bool> Refuses { get; set; } = static (_, _) => false;

    public int Refused { get; private set; }

    public async ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        if (Refuses(topic, envelope))
        {
            Refused++;
            throw new PublishException("Refused on purpose.", topic);
        }

        return await inner.AppendAsync(topic, envelope, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        inner.AppendAsync(topic, envelopes, positions, cancellationToken);

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        inner.OpenConsumerAsync(request, cancellationToken);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        inner.ReadAsync(topic, from, follow, cancellationToken);

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken) =>
        ((ILagTransport)inner).GetLagAsync(group, cancellationToken);

    public ValueTask TrimAsync(Position before, CancellationToken cancellationToken) => inner.TrimAsync(before, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
