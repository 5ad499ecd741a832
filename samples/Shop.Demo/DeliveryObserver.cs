using System.Collections.Concurrent;
using EventBus;
using EventBus.Pipeline;

namespace Shop.Demo;

/// <summary>Watches every delivery of every subscription, from inside the pipeline.</summary>
internal sealed class DeliveryObserver(TimeProvider time) : IConsumeMiddleware
{
    private readonly ConcurrentDictionary<(string Subscription, EventIdentity Event), Slot> _slots = new();

    public async ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
    {
        var slot = Of(context.Subscription, context.Id);
        var handled = new Handled(context.Position, time.GetUtcNow());
        try
        {
            await next(context, cancellationToken);
        }
        catch (Exception failure)
        {
            slot.LastFailure = failure;
            throw;
        }

        slot.Handled.TrySetResult(handled);
    }

    /// <summary>Completes when a subscription has handled an event.</summary>
    public Task<Handled> HandledAsync(string subscription, EventIdentity id, CancellationToken cancellationToken) =>
        Of(subscription, id).Handled.Task.WaitAsync(cancellationToken);

    /// <summary>Why a subscription has not handled an event yet, if it has tried.</summary>
    public Exception? LastFailure(string subscription, EventIdentity id) => Of(subscription, id).LastFailure;

    private Slot Of(string subscription, EventIdentity id) => _slots.GetOrAdd((subscription, id), static _ => new Slot());

    private sealed class Slot
    {
        public TaskCompletionSource<Handled> Handled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? LastFailure { get; set; }
    }
}

/// <summary>A delivery that ended well.</summary>
/// <param name="Position">Where the event stands.</param>
/// <param name="Entered">When its handlers were entered.</param>
internal sealed record Handled(Position Position, DateTimeOffset Entered);
