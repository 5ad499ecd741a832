namespace EventBus.Docs.Tests.Shop;

// The application that the extracts on the pages come from.
public sealed record UserRegistered(string UserId, string Email);

public sealed record UserDeleted(string UserId);

public interface IMailer
{
    Task SendAsync(string address, string text, CancellationToken cancellationToken);
}

public interface IOrders
{
    Task InsertAsync(IEnumerable<UserRegistered> users, CancellationToken cancellationToken);
}

public sealed class SendWelcome(IMailer mailer) : IEventHandler<UserRegistered>
{
    public async ValueTask HandleAsync(UserRegistered @event, EventContext context, CancellationToken cancellationToken) =>
        await mailer.SendAsync(@event.Email, "Welcome!", cancellationToken);
}
