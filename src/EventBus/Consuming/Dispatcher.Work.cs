using EventBus.Diagnostics;
using EventBus.Transactions;

namespace EventBus.Consuming;

/// <summary>The workers: each handles one delivery, or one batch, after another until nothing is ready.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>Handles what is ready: on the caller's thread with a concurrency of 1, on the thread pool otherwise.</summary>
    /// <returns>Completes when reading may go on.</returns>
    public Task HandleReadyAsync(CurrentDelivery.Slot slot)
    {
        if (!_serial)
        {
            StartWorkers(atLeast: 0);
            return Task.CompletedTask;
        }

        lock (_lock)
        {
            // A retry that came due meanwhile may have its worker: that one takes the new events too.
            if (_workers > 0 || _stopping)
            {
                return Task.CompletedTask;
            }

            _workers = 1;
        }

        return WorkInRunsAsync(slot);
    }

    private void StartWorkers(int atLeast)
    {
        int starting;
        lock (_lock)
        {
            starting = Math.Min(Math.Max(_ready.Count, atLeast), _subscription.Options.Concurrency - _workers);
            if (_stopping || starting <= 0)
            {
                return;
            }

            _workers += starting;
        }

        for (var i = 0; i < starting; i++)
        {
            _subscription.Activity?.Begin();
            ThreadPool.UnsafeQueueUserWorkItem(
                static dispatcher => _ = dispatcher._subscription.Activity is { } activity
                    ? activity.RunAsync(() => dispatcher.WorkAsync(CurrentDelivery.Enter()))
                    : dispatcher.WorkAsync(CurrentDelivery.Enter()),
                this,
                false);
        }
    }

    private async Task WorkAsync(CurrentDelivery.Slot slot)
    {
        var delivery = Next(null);
        while (delivery is not null)
        {
            if (delivery.Batch is { } batch)
            {
                await HandleAsync(batch, slot).ConfigureAwait(false);
                delivery = Next(null);
                continue;
            }

            slot = Begin(delivery, slot);
            try
            {
                if (delivery.Verdict is Verdict.None)
                {
                    await _subscription.Pipeline(new EventContext(delivery), _handlerToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                delivery.Failure = exception;
            }

            if (delivery.Failure is not null || delivery.History is not null)
            {
                await _subscription.Failures.ConcludeAsync(delivery, _handlerToken).ConfigureAwait(false);
            }

            slot.Delivery = null;
            Finish(delivery);
            delivery = Next(delivery);
        }
    }

    /// <summary>
    /// The worker where the concurrency is 1. While no key is held it takes a run of deliveries at a time, which costs one lock for
    /// the run and none for an event; as soon as something is out of the ordinary it takes them one by one like any worker.
    /// </summary>
    private async Task WorkInRunsAsync(CurrentDelivery.Slot slot)
    {
        for (var taken = TakeRun(); taken > 0; taken = TakeRun())
        {
            var handled = 0;
            while (handled < taken)
            {
                var delivery = _run[handled];
                if (_stopping || delivery.Partition.Revoking || !MayRun)
                {
                    break;
                }

                slot = Begin(delivery, slot);
                try
                {
                    if (delivery.Verdict is Verdict.None)
                    {
                        await _subscription.Pipeline(new EventContext(delivery), _handlerToken).ConfigureAwait(false);
                    }
                }
                catch (Exception exception)
                {
                    delivery.Failure = exception;
                }

                if (delivery.Failure is not null || delivery.History is not null)
                {
                    await _subscription.Failures.ConcludeAsync(delivery, _handlerToken).ConfigureAwait(false);
                }

                slot.Delivery = null;
                var failed = delivery.Failure is not null;
                Finish(delivery);
                handled++;
                if (failed)
                {
                    break;
                }
            }

            CompleteRun(handled, taken);
        }

        await WorkAsync(slot).ConfigureAwait(false);
    }

    private CurrentDelivery.Slot Begin(Delivery delivery, CurrentDelivery.Slot slot)
    {
        if (_transactional is not null)
        {
            // A slot of its own: work that an earlier handler has left running must not publish into this attempt's outbox.
            slot = CurrentDelivery.Enter();
            delivery.Outbox = new Outbox(_transport, _transactional);
        }

        slot.Delivery = delivery;
        delivery.BeginAttempt();
        return slot;
    }

    private async Task HandleAsync(BatchRun batch, CurrentDelivery.Slot slot)
    {
        slot.Delivery = batch.Deliveries[0];
        await batch.RunAsync(_subscription.Pipeline, _handlerToken).ConfigureAwait(false);
        foreach (var delivery in batch.Deliveries)
        {
            if (delivery.Failure is not null || delivery.History is not null)
            {
                slot.Delivery = delivery;
                await _subscription.Failures.ConcludeAsync(delivery, _handlerToken).ConfigureAwait(false);
            }
        }

        slot.Delivery = null;
        foreach (var delivery in batch.Deliveries)
        {
            Finish(delivery);
        }

        // What waited behind the batch's keys may be more than this worker can take on alone.
        CompleteBatch(batch.Deliveries);
        StartWorkers(atLeast: 0);
    }

    // Settled before the lane is left and before the partition can be released: a settlement is never late by our own doing.
    private void Finish(Delivery delivery)
    {
        if (delivery.Failure is not { } failure)
        {
            if (delivery.Outbox is { } outbox)
            {
                _transactional!.Settle(delivery.Received.Assignment, delivery.Received.Offset, outbox.Close());
            }
            else
            {
                _consumer.Settle(delivery.Received.Assignment, delivery.Received.Offset);
            }
        }
        else if (_handlerToken.IsCancellationRequested || failure is HeldBackException or PutBackException)
        {
            _subscription.Log.DeliveryReleased(delivery);
        }
        else if (delivery.History is { FirstFailure: { } firstFailure })
        {
            _consumer.NoteFailure(delivery.Received.Assignment, delivery.Received.Offset, delivery.Attempt, firstFailure);
        }

        delivery.EndAttempt();
    }
}
