using EventBus.Diagnostics;
using EventBus.Transactions;
using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>
/// Runs a subscription: opens a consumer, reads, dispatches, and drains. When the consumer fails it drains, closes it, and opens a new
/// one after a growing pause, for as long as the subscription lives.
/// </summary>
internal sealed class SubscriptionRunner(Subscription subscription, IEventTransport transport, string member) : IDisposable
{
    // A backlog would keep a thread of the pool for itself: every so many batches others get their turn.
    private const int BatchesBeforeYield = 32;

    // How long handlers have to end once their tokens are cancelled: enough to unwind, short beside the host's own limit.
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _stopHandlers = new();
    private readonly SubscriptionGate _gate = new(subscription.Metrics, subscription.Circuit);
    private readonly TaskCompletionSource _abandon = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _run = Task.CompletedTask;

    public string Name => subscription.Name;

    /// <summary>Joins the group; the events published from then on are received.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var consumer = await OpenAsync(cancellationToken).ConfigureAwait(false);
        using (ExecutionContext.SuppressFlow())
        {
            // The events have nothing to do with what the caller is doing: not with its trace, nor with anything else that flows.
            subscription.Activity?.Begin();
            _run = Task.Run(
                () => subscription.Activity is { } activity ? activity.RunAsync(() => RunAsync(consumer)) : RunAsync(consumer),
                CancellationToken.None);
        }

        subscription.Log.SubscriptionStarted(Name, string.Join(", ", subscription.Topics));
    }

    /// <summary>Drains and leaves the group.</summary>
    /// <param name="drainTimeout">How long handlers may go on before their tokens are cancelled.</param>
    /// <param name="hurry">Ends that wait early.</param>
    public Task StopAsync(TimeSpan drainTimeout, CancellationToken hurry)
    {
        // Nothing is started any more once this call has returned its task.
        _stopReading.Cancel();
        _gate.Close();
        return DrainAsync(drainTimeout, hurry);
    }

    /// <summary>Reads and starts nothing more until <see cref="Resume"/>; the member stays in its group.</summary>
    /// <returns>Completes when no handler is running, or at the end of the subscription, or when it goes on.</returns>
    public Task PauseAsync()
    {
        subscription.Log.SubscriptionPaused(Name);
        return Task.WhenAny(_gate.PauseAsync(), _run);
    }

    public void Resume()
    {
        subscription.Log.SubscriptionResumed(Name);
        _gate.Resume();
    }

    /// <summary>To be called after <see cref="StopAsync"/>.</summary>
    public void Dispose()
    {
        _gate.Dispose();
        _stopReading.Dispose();
        _stopHandlers.Dispose();
    }

    private async Task DrainAsync(TimeSpan drainTimeout, CancellationToken hurry)
    {
        using var timeout = new CancellationTokenSource(drainTimeout, subscription.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, hurry);
        await using var cancelHandlers = either.Token.UnsafeRegister(
            static state => ((SubscriptionRunner)state!).CancelHandlers(), this).ConfigureAwait(false);
        await _run.ConfigureAwait(false);
    }

    private void CancelHandlers()
    {
        if (!_run.IsCompleted)
        {
            subscription.Log.DrainTimedOut(Name);
            _stopHandlers.Cancel();
            _ = AbandonAfterGraceAsync();
        }
    }

    private async Task AbandonAfterGraceAsync()
    {
        await Task.WhenAny(_run, Task.Delay(CancelGrace, subscription.Time)).ConfigureAwait(false);
        _abandon.TrySetResult();
    }

    private async ValueTask<ITransportConsumer> OpenAsync(CancellationToken cancellationToken)
    {
        var request = new ConsumerRequest
        {
            Group = subscription.Name,
            Topics = subscription.TakesReturns ? [.. subscription.Topics, InternalTopics.Returns(Name)] : subscription.Topics,
            StartFrom = subscription.StartFrom,
            Types = subscription.Routes.Types,
            Member = member,
            IsTransactional = subscription.Options.ExactlyOnce,
            KeepsDeadLetters = subscription.Options.DeadLetters,
        };
        var consumer = await transport.OpenConsumerAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.IsTransactional && consumer is not ITransactionalConsumer)
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
            throw new EventBusException(
                $"Subscription '{Name}' asks for exactly-once, and the transport '{transport.Name}' has no transactions. Use Kafka, or take "
                + ".WithExactlyOnce() away and handle events idempotently: .WithIdempotency().");
        }

        subscription.Metrics.Opened(transport);
        return consumer;
    }

    private async Task RunAsync(ITransportConsumer? consumer)
    {
        for (var failures = 0; !_stopReading.IsCancellationRequested;)
        {
            try
            {
                consumer ??= await OpenAsync(_stopReading.Token).ConfigureAwait(false);
                await ServeAsync(consumer, onReceived: () => failures = 0).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopReading.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                subscription.Metrics.Status.Failed();
                var pause = RetryPause.After(++failures);
                subscription.Log.ReceiveFailed(exception, Name, pause);
                await DelayAsync(pause).ConfigureAwait(false);
            }

            consumer = null;
        }

        // A stop may come before the consumer that was opened for this loop, or in it, is served: it must leave the group all the same.
        if (consumer is not null)
        {
            await CloseAsync(consumer).ConfigureAwait(false);
        }

        subscription.Metrics.Stopped();
        subscription.Log.SubscriptionStopped(Name);
    }

    // One consumer's life: whatever ends the reading, its handlers are drained before it is closed and another one may be opened,
    // so that no two dispatchers ever have events of one key.
    private async Task ServeAsync(ITransportConsumer consumer, Action onReceived)
    {
        using var dispatcher = new Dispatcher(subscription, transport, consumer, _gate, _stopHandlers.Token);
        _gate.Attach(dispatcher);
        subscription.Metrics.Status.Dispatcher = dispatcher;

        // At once, not when the reading has ended: with a concurrency of 1 it goes through what was read ahead first.
        using var stop = _stopReading.Token.UnsafeRegister(
            static state => _ = ((Dispatcher)state!).StopAsync(), dispatcher);
        var reading = ReadAsync(consumer, dispatcher, onReceived);
        await Task.WhenAny(reading, _abandon.Task).ConfigureAwait(false);
        if (reading.IsFaulted)
        {
            // Known now, not when handlers have ended and a transport that may be away has been left.
            subscription.Metrics.Status.Failed();
        }

        var idle = dispatcher.StopAsync();
        subscription.Activity?.Rest(idle);
        var drained = Task.WhenAll(idle, reading);
        await Task.WhenAny(drained, _abandon.Task).ConfigureAwait(false);
        if (!drained.IsCompleted)
        {
            subscription.Log.HandlersAbandoned(Name);
        }

        await CloseAsync(consumer).ConfigureAwait(false);
        if (reading.IsFaulted)
        {
            await reading.ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(ITransportConsumer consumer, Dispatcher dispatcher, Action onReceived)
    {
        var slot = CurrentDelivery.Enter();
        try
        {
            for (var batches = 1; !_stopReading.IsCancellationRequested; batches++)
            {
                var room = dispatcher.WhenRoomAsync();
                subscription.Activity?.Rest(room);
                await room.WaitAsync(_stopReading.Token).ConfigureAwait(false);
                var reading = _gate.Reading;
                var buffer = dispatcher.ReceiveBuffer();
                var started = subscription.Metrics.ReceiveStarts();
                int count;
                try
                {
                    count = await consumer.ReceiveAsync(buffer, reading).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (
                    reading.IsCancellationRequested && !_stopReading.IsCancellationRequested)
                {
                    continue;
                }

                onReceived();
                subscription.Metrics.Received(buffer.Span[..count], started);
                dispatcher.Accept(count);
                await dispatcher.HandleReadyAsync(slot).ConfigureAwait(false);
                if (batches % BatchesBeforeYield == 0)
                {
                    await Task.Yield();
                }
            }
        }
        catch (OperationCanceledException) when (_stopReading.IsCancellationRequested)
        {
            // The stop.
        }
    }

    private async Task CloseAsync(ITransportConsumer consumer)
    {
        try
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            subscription.Log.CloseFailed(exception, Name);
        }
    }

    private async Task DelayAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, subscription.Time, _stopReading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The stop.
        }
    }
}
