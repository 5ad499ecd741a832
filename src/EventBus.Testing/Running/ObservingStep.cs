using EventBus.Consuming;
using EventBus.Pipeline;

namespace EventBus.Testing.Running;

/// <summary>Stands in front of the handlers: writes down what becomes of each attempt, lets it fail, and runs it in steps.</summary>
internal sealed class ObservingStep(Conductor conductor, Journal journal, PlannedFailures failures) : IConsumeMiddleware
{
    public async ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var attempt = new Journal.Attempt(EventOf(context), context.Envelope, context.Position, context.Subscription, context.Attempt);
        try
        {
            // The events of a batch meet behind this step and have one handler call, which is not cut into steps.
            await (context.Delivery.Batch is null && Work.Current is { } work
                ? new StepContext(conductor, work, $"{attempt.Subscription} {attempt.Position}").RunAsync(() => TryAsync(attempt, context, next, cancellationToken))
                : TryAsync(attempt, context, next, cancellationToken).AsTask()).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (PutBackException or HeldBackException))
        {
            journal.Fail(attempt, exception);
            throw;
        }

        journal.Complete(attempt);
    }

    // In a step, so that which attempt is made to fail is decided by the order of the steps too.
    private ValueTask TryAsync(
        in Journal.Attempt attempt, EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        if (!journal.Begin(attempt))
        {
            // An endless loop ends here; the harness says so.
            conductor.Change(static () => true);
            return new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken));
        }

        return failures.Next(attempt.Event, attempt.Subscription) is { } failure
            ? ValueTask.FromException(failure)
            : next(context, cancellationToken);
    }

    // What cannot be decoded fails in the handlers' step, as it does without a harness.
    private static object? EventOf(EventContext context)
    {
        try
        {
            return context.Event;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }
}
