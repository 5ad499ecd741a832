using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Servers;

public sealed class MinimalAclTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rights_OfABus_AreEnough(bool isCompeting)
    {
        await using var server = new RedisServer { Users = MinimalAcl.For("test:") };
        await server.StartAsync();
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var bus = await NotedBus.StartAsync(bus => bus
            .UseRedis($"{server.Address},user={MinimalAcl.User},password={MinimalAcl.Password}", options =>
            {
                options.KeyPrefix = "test:";
                options.CompetingGroups.UnionWith(isCompeting ? ["*"] : []);
            })
            .Subscription("g").WithIdempotency().Handle<Noted>((_, _, _) =>
            {
                handled.TrySetResult();
                return default;
            })))
        {
            await bus.PublishAsync(new Noted("k", 1));
            await handled.Task.Within();
            await bus.StopAsync();
        }

        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var log = (RedisResult[])(await admin.GetDatabase().ExecuteAsync("ACL", "LOG", 1_000))!;
        var denied = log.Select(static entry => (string)entry.ToDictionary()["object"]!).ToHashSet(StringComparer.Ordinal);
        Assert.Subset(MinimalAcl.Dispensable.ToHashSet(StringComparer.Ordinal), denied);
        Assert.Contains("config|get", denied);
    }
}
