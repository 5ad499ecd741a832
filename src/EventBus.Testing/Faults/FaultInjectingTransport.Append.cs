using EventBus.Testing.Running;
using EventBus.Transports;

namespace EventBus.Testing.Faults;

internal partial class FaultInjectingTransport
{
    public async ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        var position = new Position[1];
        await AppendAsync(topic, new[] { envelope }, position, cancellationToken).ConfigureAwait(false);
        return position[0];
    }

    // Takes its turn and draws before the first await: both go by the order of the calls.
    public async ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        if (envelopes.IsEmpty)
        {
            await inner.AppendAsync(topic, envelopes, positions, cancellationToken).ConfigureAwait(false);
            return;
        }

        var start = time.GetTimestamp();
        var turn = _order.Enter(topic, envelopes.Span);
        try
        {
            var faults = plan.Next($"publish {topic} {envelopes.Span[0].Key}");
            Work.Current?.RestWhile(() => turn.IsWaiting);
            await turn.WhenEarlierEndedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            await DisturbAsync(faults, cancellationToken).ConfigureAwait(false);
            await UntilConnectedAsync(topic, start, cancellationToken).ConfigureAwait(false);
            await AppendAsync(topic, envelopes, positions, faults, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = turn.LeaveAsync();
        }
    }

    private async Task AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, DrawnFaults faults, CancellationToken cancellationToken)
    {
        var fails = faults.PublishError || faults.LostAcknowledgement;
        var count = !fails ? envelopes.Length
            : faults.PublishError ? (int)(faults.Part * envelopes.Length)
            : Math.Max(1, (int)Math.Ceiling(faults.Part * envelopes.Length));
        for (var copies = faults.Duplicate ? 2 : 1; copies > 0 && count > 0; copies--)
        {
            await inner.AppendAsync(topic, envelopes[..count], positions[..count], cancellationToken).ConfigureAwait(false);
        }

        if (faults.Duplicate && count > 0)
        {
            plan.Note(faults, FaultKind.Duplicate);
        }

        if (faults.PublishError)
        {
            plan.Note(faults, FaultKind.PublishError);
            throw new PublishException("The broker did not store the event: the fault plan says so.", topic, count);
        }

        if (faults.LostAcknowledgement)
        {
            plan.Note(faults, FaultKind.LostAcknowledgement);
            throw new PublishException(
                "The broker's answer was lost, and the event may have been stored: the fault plan says so.", topic);
        }
    }

    private async Task DisturbAsync(DrawnFaults faults, CancellationToken cancellationToken)
    {
        if (faults.Cut is { } length)
        {
            plan.Note(faults, FaultKind.Cut);
            plan.Connection.CutFor(length, time);
        }

        if (faults.Delay is { } delay)
        {
            plan.Note(faults, FaultKind.Delay);
            await OrClosedAsync(token => Task.Delay(delay, time, token), cancellationToken).ConfigureAwait(false);
        }
    }

    // The time-out counts from the call: what waits behind its key's earlier events fails with them, not after each of them in turn.
    private async Task UntilConnectedAsync(string topic, long start, CancellationToken cancellationToken)
    {
        while (plan.Connection.WhenRestoredAsync() is { IsCompleted: false } restored)
        {
            var left = plan.PublishTimeout - time.GetElapsedTime(start);
            try
            {
                await OrClosedAsync(
                    token =>
                    {
                        var waiting = restored.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, token);
                        Work.Current?.RestWhile(() => !restored.IsCompleted && !waiting.IsCompleted);
                        return waiting;
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException exception)
            {
                throw new PublishException(
                    $"The broker is away: nothing could be published to '{topic}' for {plan.PublishTimeout}. Publish again when it is back.",
                    topic,
                    innerException: exception) { IsOutage = true };
            }
        }
    }

    private async Task OrClosedAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(IEventTransport));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await wait(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(IEventTransport), "The transport has been disposed; nothing was stored.");
        }
    }
}
