namespace EventBus.Pipeline;

/// <summary>Handles an event, or hands it on to what stands behind.</summary>
/// <param name="context">The event with its metadata.</param>
/// <param name="cancellationToken">The subscription's stop token.</param>
public delegate ValueTask ConsumeDelegate(EventContext context, CancellationToken cancellationToken);

/// <summary>A step that every event of a subscription goes through on its way to the handlers. One object serves all events at once.</summary>
public interface IConsumeMiddleware
{
    /// <summary>
    /// Acts before and after the rest of the pipeline, once an attempt. Not calling <paramref name="next"/> acknowledges the event unhandled,
    /// and so does swallowing what it throws. Of a batch, each event has a call of its own, whose rest completes when the batch has.
    /// </summary>
    /// <param name="context">The event with its metadata.</param>
    /// <param name="next">The rest of the pipeline. It throws what a handler throws.</param>
    /// <param name="cancellationToken">The subscription's stop token.</param>
    ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken);
}
