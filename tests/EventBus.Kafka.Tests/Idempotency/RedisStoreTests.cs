using System.Collections.Concurrent;
using EventBus.Kafka.Tests.Runs;
using EventBus.Shared.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Idempotency;

/// <summary>Members on Kafka that keep in Redis what they have handled.</summary>
public sealed class RedisStoreTests(KafkaServers servers, RedisServer redis) : IClassFixture<RedisServer>
{
    private const int Events = 200;
    private const int Copies = 4;
    private readonly string _prefix = servers.NewPrefix();
    private readonly ConcurrentQueue<int> _handled = [];

    [Fact]
    public async Task BusinessKey_InSeveralPartitionsAndMembers_IsHandledOnce()
    {
        await using var one = await NotedBus.StartAsync(Configure);
        await using var other = await NotedBus.StartAsync(Configure);
        await Eventually.TrueAsync(
            () => servers.Cluster.Groups.IsSteady(_prefix + RunBus.Group, members: 2, RunBuses.Partitions), static () => "the members to share the partitions");

        // Each number comes under four keys, so that it comes to different partitions and members at about the same time.
        for (var number = 0; number < Events; number++)
        {
            await Task.WhenAll(Enumerable.Range(0, Copies).Select(copy => one.PublishAsync(new Noted($"{number % 20} {copy}", number))));
        }

        await using var outside = RunBuses.Create(servers.BootstrapServers, settings: options => options.Prefix = _prefix);
        await outside.SettledAsync();
        Assert.Equal(Enumerable.Range(0, Events), _handled.Order());
    }

    private void Configure(EventBusBuilder bus) => bus
        .UseKafka(servers.BootstrapServers, options =>
        {
            options.Prefix = _prefix;
            options.NewTopics.Partitions = RunBuses.Partitions;
            options.SessionTimeout = KafkaServers.SessionTimeout;
        })
        .UseRedisIdempotency(redis.Address, options => options.KeyPrefix = _prefix)
        .Subscription(RunBus.Group).WithConcurrency(4).WithIdempotency<Noted>(static noted => $"{noted.Number}")
        .Handle<Noted>((noted, _, _) =>
        {
            _handled.Enqueue(noted.Number);
            return ValueTask.CompletedTask;
        });
}
