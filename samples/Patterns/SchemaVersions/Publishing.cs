namespace SchemaVersions;

/// <summary>What the services publish, each in its own version, and what all of it is in the newest.</summary>
internal static class Publishing
{
    public static async Task FromAllAsync(Service first, Service second, Service third)
    {
        await first.PublishAsync<PaymentV1>([new("p-1", 12.50m, "visa 4242"), new("p-2", 99m, "amex 0005")]);
        await second.PublishAsync<PaymentV2>([new("p-3", 20m, "USD", "visa 1881"), new("p-4", 7.25m, "GBP", "maestro 8453")]);
        await third.PublishAsync<PaymentV3>(
        [
            new("p-5", 1_000m, "CHF", "visa 4242", new CardUsed("visa", "4242")),
            new("p-6", 0.99m, "USD", "amex 0005", new CardUsed("amex", "0005")),
        ]);
    }

    /// <summary>What a consumer has to get.</summary>
    public static IEnumerable<Journal.Entry> Expected(string consumer, Func<PaymentV3, object> asVersion) =>
        All.Select(made => new Journal.Entry(consumer, made.Payment.PaymentId, made.Published, asVersion(made.Payment)));

    private static (int Published, PaymentV3 Payment)[] All { get; } =
    [
        (1, new("p-1", 12.50m, "EUR", "visa 4242", new CardUsed("visa", "4242"))),
        (1, new("p-2", 99m, "EUR", "amex 0005", new CardUsed("amex", "0005"))),
        (2, new("p-3", 20m, "USD", "visa 1881", new CardUsed("visa", "1881"))),
        (2, new("p-4", 7.25m, "GBP", "maestro 8453", new CardUsed("maestro", "8453"))),
        (3, new("p-5", 1_000m, "CHF", "visa 4242", new CardUsed("visa", "4242"))),
        (3, new("p-6", 0.99m, "USD", "amex 0005", new CardUsed("amex", "0005"))),
    ];
}
