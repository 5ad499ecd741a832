namespace EventBus.TrimApp;

/// <summary>A handler that the container makes for each delivery, and that fails until its event has been redriven.</summary>
internal sealed class Remember(TaskCompletionSource<UserRegistered> handled) : IEventHandler<UserRegistered>
{
    public ValueTask HandleAsync(UserRegistered @event, EventContext context, CancellationToken cancellationToken)
    {
        if (context.Redrives == 0)
        {
            throw new InvalidOperationException("Not yet.");
        }

        handled.TrySetResult(@event);
        return ValueTask.CompletedTask;
    }
}
