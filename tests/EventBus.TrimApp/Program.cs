using EventBus.TrimApp;
using Microsoft.Extensions.DependencyInjection;

// Once by reference, once through the JSON of a source-generated context and back, and on Redis and Kafka where servers are given.
List<(string Way, Action<EventBusBuilder> Use, bool IsSame)> ways =
[
    ("by reference", bus => bus.UseInMemory(), true),
    ("through JSON", bus => bus.UseInMemory(options => options.RoundTripJson = true), false),
];
if (Environment.GetEnvironmentVariable("EventBus__Redis__Configuration") is { Length: > 0 } server)
{
    ways.Add(("on Redis", bus => bus.UseRedis(server, options => options.KeyPrefix = $"trimmed:{Guid.CreateVersion7():N}:"), false));
}

if (Environment.GetEnvironmentVariable("EventBus__Kafka__BootstrapServers") is { Length: > 0 } brokers)
{
    ways.Add(("on Kafka", bus => bus.UseKafka(brokers, options => options.Prefix = $"trimmed-{Guid.CreateVersion7():N}-"), false));
}

foreach (var (way, use, isSame) in ways)
{
    if (await RoundTrip.RunAsync(use, isSame) is { } failure)
    {
        await Console.Error.WriteLineAsync($"{way}: {failure}");
        return 1;
    }

    Console.WriteLine($"{way}: handled");
}

return 0;
