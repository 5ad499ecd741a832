using System.Text.Json.Serialization;
using EventBus.Conformance;
using EventBus.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Docs.Tests.Shop;

// The application that the extracts on the pages come from.
public sealed record UserRegistered(string UserId, string Email);

public sealed record UserDeleted(string UserId);

public sealed record TransferRequested(string TransferId, string From, string To, decimal Amount);

public interface IMailer
{
    Task SendAsync(string address, string text, CancellationToken cancellationToken);
}

public interface IPager
{
    ValueTask CallAsync(string text, CancellationToken cancellationToken);
}

public interface IReports
{
    Task InsertAsync(IEnumerable<UserRegistered> users, CancellationToken cancellationToken);
}

public sealed class SendWelcome(IMailer mailer) : IEventHandler<UserRegistered>
{
    public async ValueTask HandleAsync(UserRegistered @event, EventContext context, CancellationToken cancellationToken) =>
        await mailer.SendAsync(@event.Email, "Welcome!", cancellationToken);
}

public sealed class BookTransfer : IEventHandler<TransferRequested>
{
    public ValueTask HandleAsync(TransferRequested @event, EventContext context, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;
}

[JsonSerializable(typeof(UserRegistered))]
public sealed partial class ShopJson : JsonSerializerContext;

public sealed class AcmeTransport(string address, TimeProvider time) : IEventTransport
{
    public override string ToString() => $"{address} at {time.GetUtcNow():O}";

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public static class AcmeEventBusExtensions
{
    public static EventBusBuilder UseAcme(this EventBusBuilder bus, string address) =>
        bus.UseTransport(_ => new AcmeTransport(address, TimeProvider.System));
}

public sealed class AcmeFixture : TransportFixture
{
    public override ValueTask<TransportWorld> CreateWorldAsync(WorldOptions options) =>
        throw new NotSupportedException();
}

public static class AcmeServer
{
    public static ValueTask CutOffAsync(string prefix, string member) => new(Task.FromResult((prefix, member)));
}
