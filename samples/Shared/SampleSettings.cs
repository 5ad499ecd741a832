using EventBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Samples;

/// <summary>
/// What the environment and the command line say: <c>EventBus:Transport</c>, which is <c>memory</c>, <c>redis</c> or <c>kafka</c>, and all settings of
/// the bus. Each run has names of its own on a server, so that it finds nothing of an earlier one, and removes what has them at its end.
/// </summary>
internal sealed class SampleSettings : IAsyncDisposable
{
    private const string RedisPrefix = "EventBus:Redis:KeyPrefix";
    private const string KafkaPrefix = "EventBus:Kafka:Prefix";

    private SampleSettings(IConfiguration configuration, SampleTransport transport) => (Configuration, Transport) = (configuration, transport);

    public IConfiguration Configuration { get; }

    public SampleTransport Transport { get; }

    /// <summary>Where the Redis server is, in StackExchange.Redis' words.</summary>
    public string Redis => Configuration["EventBus:Redis:Configuration"] ?? "localhost:6379";

    /// <exception cref="FormatException">The setting names no transport.</exception>
    public static SampleSettings Read(string sample, string[] args)
    {
        var given = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        var run = Guid.CreateVersion7().ToString("N");
        var ofThisRun = new ConfigurationBuilder().AddConfiguration(given)
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                [RedisPrefix] = $"{given[RedisPrefix] ?? "samples:"}{sample}:{run}:",
                [KafkaPrefix] = $"{given[KafkaPrefix] ?? "samples."}{sample}.{run}.",
            }).Build();
        return new SampleSettings(ofThisRun, given["EventBus:Transport"] switch
        {
            null or "" or "memory" => SampleTransport.Memory,
            "redis" => SampleTransport.Redis,
            "kafka" => SampleTransport.Kafka,
            var other => throw new FormatException($"EventBus:Transport is '{other}'. Set it to memory, redis or kafka."),
        });
    }

    /// <summary>Lets a bus carry its events by the transport that is asked for.</summary>
    public EventBusBuilder Carry(EventBusBuilder bus)
    {
        bus.Services.AddSingleton(Configuration);
        return Transport switch
        {
            SampleTransport.Redis => bus.UseRedis(),
            SampleTransport.Kafka => bus.UseKafka(),
            _ => bus.UseInMemory(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        switch (Transport)
        {
            case SampleTransport.Redis:
                await RedisCleaning.RemoveAsync(Redis, Configuration[RedisPrefix]!);
                break;
            case SampleTransport.Kafka:
                await KafkaCluster.RemoveAsync(Configuration, Configuration[KafkaPrefix]!);
                break;
        }
    }
}
