using EventBus.DeadLetters;
using EventBus.Diagnostics;
using EventBus.Retry;
using Microsoft.Extensions.Logging;

namespace EventBus.Consuming;

/// <summary>
/// What becomes of a delivery whose attempt has failed: another attempt in its key's order, a stay in the group's topic of returning events until it is
/// due, or the group's dead letters. An event that succeeds at once never comes here.
/// </summary>
/// <remarks>
/// Whatever takes the event's place is stored before the event is settled: a death in between repeats it. While the transport is away nothing can be
/// stored, and nothing is given up: the delivery waits, with its verdict, and the handler is not called again for it.
/// </remarks>
internal sealed class FailureStage(
    DeadLetterTopic topic, DeadLetterSettings? deadLetters, KeyChains? chains, SubscriptionMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>
    /// Decides over a failed delivery, or ends one that has a history. Afterwards it has no failure and is to be settled, or it has one, and
    /// <see cref="Delivery.RetryIn"/> says when to try again.
    /// </summary>
    /// <param name="delivery">The delivery, after an attempt.</param>
    /// <param name="cancellationToken">The subscription's stop token.</param>
    public async ValueTask ConcludeAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            if (delivery.Failure is not null)
            {
                delivery.Outbox = delivery.Outbox?.Discard();
            }

            if (delivery.Failure is null)
            {
                await HandledAsync(delivery).ConfigureAwait(false);
            }
            else if (!cancellationToken.IsCancellationRequested)
            {
                await FailedAsync(delivery, delivery.Failure, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // The transport did not take what was to be written down.
            delivery.Failure ??= exception;
            delivery.TakeBackAttempt();
            delivery.RetryIn = RetryPause.After(++delivery.Outages);
            if (!cancellationToken.IsCancellationRequested)
            {
                log.NotWrittenDown(exception, delivery);
            }
        }
    }

    private async ValueTask HandledAsync(Delivery delivery)
    {
        if (chains is not null && !delivery.IsSetAside)
        {
            delivery.Verdict = Verdict.Handled;

            // Whatever the stop token says: the handler has ended, and that is to be known.
            await chains.HandledAsync(delivery, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask FailedAsync(Delivery delivery, Exception failure, CancellationToken cancellationToken)
    {
        switch (failure)
        {
            case HeldBackException:
                delivery.TakeBackAttempt();
                return;
            case PutBackException putBack:
                delivery.TakeBackAttempt();
                delivery.RetryIn = putBack.Pause;
                return;
            case PublishException { IsOutage: true }:
                delivery.TakeBackAttempt();
                delivery.RetryIn = RetryPause.After(++delivery.Outages);
                log.DeliveryFailed(delivery, failure);
                return;
        }

        var now = time.GetUtcNow();
        var history = delivery.History ??= new FailureHistory();
        delivery.History = history = history with { FirstFailure = history.FirstFailure ?? now };
        var policy = delivery.Route.Retry;
        var delay = delivery.Verdict is Verdict.GivenUp ? null : policy.Next(failure, delivery.Attempt, history.FirstFailure!.Value, now);
        if (delay is not { } pause)
        {
            delivery.Verdict = Verdict.GivenUp;
            await GiveUpAsync(delivery, failure, cancellationToken).ConfigureAwait(false);
        }
        else if (policy.InOrder)
        {
            delivery.RetryIn = pause;
            metrics.Retried(delivery.Received.Envelope.Type, failure);
            log.DeliveryFailed(delivery, failure);
        }
        else
        {
            await topic.ReturnAsync(
                new ReturningEvent(
                    delivery.Received.Envelope, delivery.Attempt, now + pause, history with { Origin = delivery.Position }),
                delivery.Outbox,
                cancellationToken).ConfigureAwait(false);
            delivery.RetryIn = pause;
            metrics.Retried(delivery.Received.Envelope.Type, failure);
            log.DeliveryPutAside(delivery, failure);
            delivery.Failure = null;
        }
    }

    private async ValueTask GiveUpAsync(Delivery delivery, Exception failure, CancellationToken cancellationToken)
    {
        var letter = await topic.AddDeadAsync(delivery, failure, chains is not null, cancellationToken).ConfigureAwait(false);
        if (chains is not null)
        {
            await chains.DiedAsync(letter.Position, cancellationToken).ConfigureAwait(false);
        }

        metrics.DeadLettered(delivery.Received.Envelope.Type, failure);
        log.DeadLettered(delivery, failure, letter.Position);
        delivery.Failure = null;
        if (deadLetters?.OnDeadLetter is { } tell)
        {
            await TellAsync(tell, new DeadLetter(letter, DeadLetterState.Dead), cancellationToken).ConfigureAwait(false);
        }
    }

    // An alert that fails must not make the event die twice.
    private async ValueTask TellAsync(
        Func<DeadLetter, CancellationToken, ValueTask> tell, DeadLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            await tell(letter, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            log.DeadLetterHookFailed(exception, letter.Envelope.Id, letter.Subscription);
        }
    }
}
