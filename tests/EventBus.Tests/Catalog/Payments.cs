using System.Text.Json.Nodes;
using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Catalog;

internal sealed record PaymentV1(string Id, string Amount);

internal sealed record PaymentV2(string Id, decimal Amount, string Currency);

internal sealed record PaymentV3(string Id, Money Total);

internal sealed record Money(decimal Amount, string Currency);

/// <summary>A contract in three versions, and a bus for each way of knowing them.</summary>
internal sealed class Payments(bool roundTripJson) : IAsyncDisposable
{
    public const string Name = "payment.made";

    private readonly InMemoryBroker _broker = new(new InMemoryOptions { RoundTripJson = roundTripJson });
    private readonly List<TestBus> _buses = [];

    public Seen<object> Seen { get; } = new();

    public Seen<Exception> Failed { get; } = new();

    public static JsonObject ToV2(JsonObject payment)
    {
        payment["amount"] = decimal.Parse((string)payment["amount"]!, System.Globalization.CultureInfo.InvariantCulture);
        payment["currency"] = "EUR";
        return payment;
    }

    public static JsonObject ToV3(JsonObject payment) => new()
    {
        ["id"] = payment["id"]!.DeepClone(),
        ["total"] = new JsonObject { ["amount"] = payment["amount"]!.DeepClone(), ["currency"] = payment["currency"]!.DeepClone() },
    };

    /// <summary>Publishes from a bus that knows nothing but the event's own version.</summary>
    public async Task PublishAsync<T>(T payment, int version)
        where T : notnull
    {
        var bus = Keep(TestBus.Create(bus => bus.UseInMemory(_broker).Event<T>(Name, version: version)));
        await bus.Publisher.PublishAsync(payment, TestContext.Current.CancellationToken);
    }

    /// <summary>A started bus of the same broker.</summary>
    public async Task<TestBus> StartAsync(Action<EventBusBuilder> configure) =>
        Keep(await TestBus.StartAsync(bus =>
        {
            bus.UseInMemory(_broker).Use(new FailureNote(Failed));
            configure(bus);
        }));

    public ValueTask NoteAsync(object payment)
    {
        Seen.Add(payment);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    private TestBus Keep(TestBus bus)
    {
        _buses.Add(bus);
        return bus;
    }

    // An event that failed is put aside here, so that the next one gets its turn.
    private sealed class FailureNote(Seen<Exception> failed) : EventBus.Pipeline.IConsumeMiddleware
    {
        public async ValueTask InvokeAsync(EventContext context, EventBus.Pipeline.ConsumeDelegate next, CancellationToken cancellationToken)
        {
            try
            {
                await next(context, cancellationToken);
            }
            catch (Exception exception)
            {
                failed.Add(exception.InnerException is { } inner && exception.GetType().Name == "UndecodableException" ? inner : exception);
            }
        }
    }
}
