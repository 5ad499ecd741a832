using EventBus.Transports.InMemory;

namespace SchemaVersions;

/// <summary>Publishers and consumers of three versions at once; each consumer gets every payment in the version that it was built for.</summary>
internal static class SideBySide
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Expectations expect)
    {
        Console.WriteLine("1. Three services at once, each built against its own version of 'payment.made'");
        var journal = new Journal();
        var broker = new InMemoryBroker(new InMemoryOptions { RoundTripJson = true });
        await using var first = await Service.StartAsync(broker, bus =>
        {
            Payments.AddV1(bus);
            bus.Subscription("v1").Handle<PaymentV1>((payment, context, _) => journal.NoteAsync("v1", payment, context));
        });
        await using var second = await Service.StartAsync(broker, bus =>
        {
            Payments.AddV2(bus);
            bus.Subscription("v2").Handle<PaymentV2>((payment, context, _) => journal.NoteAsync("v2", payment, context));
        });
        await using var third = await Service.StartAsync(broker, bus =>
        {
            Payments.AddV3(bus);
            bus.Subscription("v3").Handle<PaymentV3>((payment, context, _) => journal.NoteAsync("v3", payment, context));
        });

        await Publishing.FromAllAsync(first, second, third);
        foreach (var group in (string[])["v1", "v2", "v3"])
        {
            await first.UntilHandledAsync(group, Deadline);
            Console.WriteLine($"  consumer of {group} got");
            foreach (var entry in journal.Of(group))
            {
                Console.WriteLine($"    published as v{entry.Published}: {entry.Payment}");
            }
        }

        expect.That(
            journal.Of("v1").SequenceEqual(Publishing.Expected("v1", payment => new PaymentV1(payment.PaymentId, payment.Amount, payment.Card))),
            "the consumer of v1 keeps working: it reads newer payments by what it knows");
        expect.That(
            journal.Of("v2").SequenceEqual(Publishing.Expected("v2", payment => new PaymentV2(payment.PaymentId, payment.Amount, payment.Currency, payment.Card))),
            "the consumer of v2 gets older payments with their currency, and newer ones by what it knows");
        expect.That(
            journal.Of("v3").SequenceEqual(Publishing.Expected("v3", payment => payment)),
            "the consumer of v3 gets payments of v1 through two steps, and of v2 through one");
        Console.WriteLine();
    }
}
