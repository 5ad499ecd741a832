using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace SchemaVersions;

/// <summary>The contract, as it is registered by services of each age, and the ways from one version to the next.</summary>
internal static class Payments
{
    public const string Contract = "payment.made";

    public static void AddV1(EventBusBuilder bus) => bus.Event<PaymentV1>(Contract, key: payment => payment.PaymentId, version: 1);

    public static void AddV2(EventBusBuilder bus) => bus.Event<PaymentV2>(Contract, key: payment => payment.PaymentId, version: 2)
        .Upcast(Contract, from: 1, SayTheCurrency);

    public static void AddV3(EventBusBuilder bus) => bus.Event<PaymentV3>(Contract, key: payment => payment.PaymentId, version: 3)
        .Upcast(Contract, from: 1, SayTheCurrency)
        .Upcast(Contract, from: 2, SplitTheCard);

    /// <summary>All versions that have been published, as one who knows them all registers them.</summary>
    public static void AddAll(EventBusBuilder bus)
    {
        bus.Event<PaymentV1>(Contract, version: 1).Event<PaymentV2>(Contract, version: 2);
        AddV3(bus);
    }

    public static void AddV4(EventBusBuilder bus) => bus.Event<PaymentV4>(Contract, key: payment => payment.PaymentId, version: 4)
        .Upcast(Contract, from: 1, SayTheCurrency)
        .Upcast(Contract, from: 2, SplitTheCard)
        .Upcast(Contract, from: 3);

    // Before there was a choice, everybody paid in euros.
    private static JsonObject SayTheCurrency(JsonObject payment)
    {
        payment["currency"] = "EUR";
        return payment;
    }

    private static JsonObject SplitTheCard(JsonObject payment)
    {
        var words = ((string)payment["card"]!).Split(' ');
        payment["method"] = new JsonObject { ["brand"] = words[0], ["last4"] = words[^1] };
        return payment;
    }
}
