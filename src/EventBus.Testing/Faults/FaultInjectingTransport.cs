using System.Runtime.CompilerServices;
using EventBus.Transports;

namespace EventBus.Testing.Faults;

/// <summary>A transport with the faults of a plan in front of it. Subclasses add what the transport can do besides.</summary>
internal partial class FaultInjectingTransport(IEventTransport inner, FaultPlan plan, TimeProvider time) : IEventTransport
{
    private readonly AppendOrder _order = new();
    private readonly CancellationTokenSource _closing = new();

    public string Name => inner.Name;

    public async ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        var lost = plan.Connection.Take();
        var consumer = await inner.OpenConsumerAsync(request, cancellationToken).ConfigureAwait(false);
        return new FaultInjectingConsumer(consumer, request.Group, plan, time, lost);
    }

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken)
    {
        var lost = plan.Connection.Take();
        return ReadAsync(inner.ReadAsync(topic, from, follow, cancellationToken), lost, cancellationToken);
    }

    public ValueTask ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public ValueTask TrimAsync(Position before, CancellationToken cancellationToken)
    {
        ThrowIfCut();
        return inner.TrimAsync(before, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_closing.IsCancellationRequested)
        {
            await _closing.CancelAsync().ConfigureAwait(false);
        }

        await inner.DisposeAsync().ConfigureAwait(false);
    }

    private protected ISeekableTransport Seekable => (ISeekableTransport)inner;

    private protected ILagTransport Lag => (ILagTransport)inner;

    /// <exception cref="EventBusException">The broker is cut off.</exception>
    private protected void ThrowIfCut() => plan.Connection.Take();

    private static async IAsyncEnumerable<LogEntry> ReadAsync(
        IAsyncEnumerable<LogEntry> entries, CancellationToken lost, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
        var reader = entries.GetAsyncEnumerator(either.Token);
        await using (reader.ConfigureAwait(false))
        {
            while (await NextAsync(reader, lost, cancellationToken).ConfigureAwait(false))
            {
                yield return reader.Current;
            }
        }
    }

    private static async ValueTask<bool> NextAsync(
        IAsyncEnumerator<LogEntry> reader, CancellationToken lost, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Connection.Away(exception);
        }
    }
}
