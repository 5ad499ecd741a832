using System.Threading.Channels;
using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Idempotency;

/// <summary>The store in Redis beside another transport: members that share it, and no events.</summary>
public sealed class StoreAloneTests(TestRedis redis)
{
    private readonly string _prefix = TestRedis.NewPrefix();
    private readonly Channel<int> _handled = Channel.CreateUnbounded<int>();

    [Theory]
    [InlineData("text")]
    [InlineData("options")]
    [InlineData("connection")]
    public async Task Event_ThatAnotherProcessHasHandled_IsNotHandledAgain(string way)
    {
        await using var application = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        await using var first = await StartAsync(Store);
        await using var second = await StartAsync(Store);
        await first.PublishAsync(new Noted("k", 1), "same");
        Assert.Equal(1, await NextAsync());

        await second.PublishAsync(new Noted("k", 2), "same");
        await second.PublishAsync(new Noted("k", 3));
        Assert.Equal(3, await NextAsync());

        // The application goes on with what is its own.
        await first.DisposeAsync();
        Assert.True(application.IsConnected);

        EventBusBuilder Store(EventBusBuilder bus) => way switch
        {
            "text" => bus.UseRedisIdempotency(redis.Configuration, WithPrefix),
            "options" => bus.UseRedisIdempotency(ConfigurationOptions.Parse(redis.Configuration), WithPrefix),
            _ => bus.UseRedisIdempotency(_ => application, WithPrefix),
        };
    }

    [Fact]
    public async Task Server_ThatComesLater_IsWaitedFor()
    {
        await using var server = new RedisServer();
        await using var bus = await StartAsync(bus => bus.UseRedisIdempotency($"{server.Address},connectTimeout=500,connectRetry=0", WithPrefix));
        await bus.PublishAsync(new Noted("k", 1));
        await Assert.ThrowsAsync<TimeoutException>(() => _handled.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken));

        await server.InitializeAsync();
        Assert.Equal(1, await NextAsync());
    }

    private Task<NotedBus> StartAsync(Func<EventBusBuilder, EventBusBuilder> store) => NotedBus.StartAsync(bus =>
        store(bus.UseInMemory()).Subscription("g").WithIdempotency().Handle<Noted>(
            (noted, _, cancellationToken) => _handled.Writer.WriteAsync(noted.Number, cancellationToken)));

    private void WithPrefix(RedisOptions options) => options.KeyPrefix = _prefix;

    private Task<int> NextAsync() => _handled.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Within();
}
