using EventBus;

namespace DeadLettersSample;

internal sealed class Deliver(Gateway gateway, Story story) : IEventHandler<NotificationRequested>
{
    public ValueTask HandleAsync(NotificationRequested @event, EventContext context, CancellationToken cancellationToken)
    {
        try
        {
            gateway.Send(@event);
            story.Say($"attempt {context.Attempt}: {@event.Id} delivered to {@event.Address}");
            return ValueTask.CompletedTask;
        }
        catch (Exception exception)
        {
            story.Say($"attempt {context.Attempt}: {@event.Id} failed: {exception.Message}");
            throw;
        }
    }
}
