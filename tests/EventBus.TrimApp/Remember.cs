namespace EventBus.TrimApp;

/// <summary>A handler that the container makes for each delivery.</summary>
internal sealed class Remember(TaskCompletionSource<UserRegistered> handled) : IEventHandler<UserRegistered>
{
    public ValueTask HandleAsync(UserRegistered @event, EventContext context, CancellationToken cancellationToken)
    {
        handled.TrySetResult(@event);
        return ValueTask.CompletedTask;
    }
}
