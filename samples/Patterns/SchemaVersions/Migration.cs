using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace SchemaVersions;

/// <summary>A consumer that moves from version 1 to version 3 while all versions are published; its group goes on where it was.</summary>
internal static class Migration
{
    private const string Group = "fraud-check";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Expectations expect)
    {
        Console.WriteLine("2. A consumer migrates: the group 'fraud-check' is deployed for v1, then for v3");
        var journal = new Journal();
        var broker = new InMemoryBroker(new InMemoryOptions { RoundTripJson = true });
        await using var first = await Service.StartAsync(broker, Payments.AddV1);
        await using var second = await Service.StartAsync(broker, Payments.AddV2);
        await using var third = await Service.StartAsync(broker, Payments.AddV3);
        var before = await DeployAsync(broker, Payments.AddV1, subscription =>
            subscription.Handle<PaymentV1>((payment, context, _) => journal.NoteAsync("built for v1", payment, context)));
        await Publishing.FromAllAsync(first, second, third);
        await first.UntilHandledAsync(Group, Deadline);
        await before.DisposeAsync();

        // While it is away, the others go on publishing.
        await Publishing.FromAllAsync(first, second, third);
        await using var after = await DeployAsync(broker, Payments.AddV3, subscription =>
            subscription.Handle<PaymentV3>((payment, context, _) => journal.NoteAsync("built for v3", payment, context)));
        await first.UntilHandledAsync(Group, Deadline);

        foreach (var build in (string[])["built for v1", "built for v3"])
        {
            Console.WriteLine($"  {build}: {string.Join(", ", journal.Of(build).Select(entry => $"{entry.PaymentId} (v{entry.Published})"))}");
        }

        expect.That(
            journal.Of("built for v1").SequenceEqual(Publishing.Expected(
                "built for v1", payment => new PaymentV1(payment.PaymentId, payment.Amount, payment.Card))),
            "the old build handled the first six");
        expect.That(
            journal.Of("built for v3").SequenceEqual(Publishing.Expected("built for v3", payment => payment)),
            "the new build goes on with the next six, upcast, and none is skipped or handled twice");
        Console.WriteLine();
    }

    private static Task<Service> DeployAsync(
        InMemoryBroker broker, Action<EventBusBuilder> contract, Action<SubscriptionBuilder> handle) =>
        Service.StartAsync(broker, bus =>
        {
            contract(bus);
            handle(bus.Subscription(Group));
        });
}
