using EventBus.Redis.Tests.Idempotency;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Servers;

public sealed class MinimalAclTests
{
    [Fact]
    public async Task Rights_OfAStoresUser_AreEnough()
    {
        await using var server = new RedisServer { Users = MinimalAcl.For("test:") };
        await server.StartAsync();
        await using var store = new StoreHost($"{server.Address},user={MinimalAcl.User},password={MinimalAcl.Password}", "test:");
        await store.ClaimAsync(Guid.NewGuid());

        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var denied = (RedisResult[])(await admin.GetDatabase().ExecuteAsync("ACL", "LOG"))!;
        var needed = denied.Select(entry => (string?)entry.ToDictionary()["object"]).Except(MinimalAcl.Dispensable, StringComparer.Ordinal);
        Assert.Empty(needed);
    }
}
