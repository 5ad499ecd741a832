using EventBus.Pipeline;

namespace EventBus.Consuming;

/// <summary>
/// One attempt at a batch. Each delivery goes through its own pipeline; at the pipelines' end they meet, are handled together, and
/// each pipeline goes on with the outcome of its own delivery.
/// </summary>
internal sealed class BatchRun(Delivery[] deliveries, BatchHandlerInvoker invoker)
{
    private readonly TaskCompletionSource?[] _joined = new TaskCompletionSource?[deliveries.Length];
    private readonly TaskCompletionSource _allThere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing = deliveries.Length;

    public IReadOnlyList<Delivery> Deliveries => deliveries;

    /// <summary>Limits the time of a call of the handler; null for no limit.</summary>
    public AttemptTimeout? Timeout { get; set; }

    /// <summary>Runs the batch to its end; each delivery's <see cref="Delivery.Failure"/> tells its outcome.</summary>
    public async Task RunAsync(ConsumeDelegate pipeline, CancellationToken cancellationToken)
    {
        var runs = new Task[deliveries.Length];
        for (var i = 0; i < deliveries.Length; i++)
        {
            deliveries[i].Batch = this;
            deliveries[i].BeginAttempt();
        }

        for (var i = 0; i < deliveries.Length; i++)
        {
            runs[i] = RunOneAsync(i, pipeline, cancellationToken);
        }

        await _allThere.Task.ConfigureAwait(false);
        await HandleAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(runs).ConfigureAwait(false);
    }

    /// <summary>Called at the end of a delivery's pipeline; completes with the delivery's outcome.</summary>
    public ValueTask JoinAsync(Delivery delivery)
    {
        var outcome = new TaskCompletionSource();
        _joined[Array.IndexOf(deliveries, delivery)] = outcome;
        CountOne();
        return new ValueTask(outcome.Task);
    }

    private async Task RunOneAsync(int index, ConsumeDelegate pipeline, CancellationToken cancellationToken)
    {
        var delivery = deliveries[index];
        Exception? failure = null;
        try
        {
            if (delivery.Verdict is Verdict.None)
            {
                await pipeline(new EventContext(delivery), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                failure = delivery.Failure;
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        delivery.Failure = failure;
        if (_joined[index] is null)
        {
            CountOne();
        }
    }

    private void CountOne()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _allThere.SetResult();
        }
    }

    private async Task HandleAsync(CancellationToken cancellationToken)
    {
        HoldBackBehindFailures();
        var present = deliveries.Where((delivery, index) => _joined[index] is not null && delivery.Failure is null).ToArray();
        if (present.Length > 0)
        {
            try
            {
                await InvokeAsync(present, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (present.Length == 1 || cancellationToken.IsCancellationRequested)
            {
                Array.ForEach(present, delivery => delivery.Failure = exception);
            }
            catch (Exception)
            {
                // Which event is at fault is not known: alone, each tells for itself.
                await HandleOneByOneAsync(present, cancellationToken).ConfigureAwait(false);
            }
        }

        HoldBackBehindFailures();
        for (var i = 0; i < deliveries.Length; i++)
        {
            Complete(_joined[i], deliveries[i].Failure);
        }
    }

    private async Task HandleOneByOneAsync(Delivery[] present, CancellationToken cancellationToken)
    {
        Array.ForEach(present, static delivery => delivery.Failure = null);
        var failed = new HashSet<KeyLane>();
        foreach (var delivery in present)
        {
            if (delivery.Lane is { } lane && failed.Contains(lane))
            {
                continue;
            }

            try
            {
                await InvokeAsync([delivery], cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                delivery.Failure = exception;
            }

            if (delivery.Failure is not null && delivery.Lane is { } held)
            {
                failed.Add(held);
            }
        }
    }

    private ValueTask InvokeAsync(Delivery[] present, CancellationToken cancellationToken) => Timeout is null
        ? invoker.InvokeAsync(present, cancellationToken)
        : Timeout.RunAsync(
            static (call, token) => call.invoker.InvokeAsync(call.present, token), (invoker, present), cancellationToken);

    private void HoldBackBehindFailures()
    {
        var failed = new HashSet<KeyLane>();
        foreach (var delivery in deliveries)
        {
            if (delivery.Lane is not { } lane)
            {
                continue;
            }

            if (failed.Contains(lane))
            {
                delivery.Failure = new HeldBackException();
            }
            else if (delivery.Failure is not null)
            {
                failed.Add(lane);
            }
        }
    }

    private static void Complete(TaskCompletionSource? outcome, Exception? failure)
    {
        if (failure is null)
        {
            outcome?.SetResult();
        }
        else
        {
            outcome?.SetException(failure);
        }
    }
}
