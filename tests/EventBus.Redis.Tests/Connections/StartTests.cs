using System.Diagnostics;
using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.Connections;

/// <summary>The start of a bus by what it finds at the server's address.</summary>
public sealed class StartTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_NotThere_FailsTheStartInTime(bool hasSubscription)
    {
        await using var server = new RedisServer();
        await using var bus = NotedBus.Create(bus =>
        {
            bus.UseRedis(server.Address, options => options.StartTimeout = Short);
            if (hasSubscription)
            {
                bus.Subscription("g").Handle<Noted>((_, _, _) => default);
            }
        });
        var start = Stopwatch.GetTimestamp();

        var thrown = await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        Assert.InRange(Stopwatch.GetElapsedTime(start), Short, TimeSpan.FromSeconds(15));
        Assert.Contains(server.Address, thrown.Message, StringComparison.Ordinal);
        Assert.Matches("(no connection could be made|there was no answer in time)\\. Check EventBus:Redis:Configuration and that the server runs", thrown.Message);
        Assert.NotNull(thrown.InnerException);
    }

    [Fact]
    public async Task Server_ThatHangs_FailsTheStartInTime()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await server.PauseAsync();
        await using var bus = NotedBus.Create(
            bus => bus.UseRedis($"{server.Address},connectTimeout=600000,syncTimeout=600000", options => options.StartTimeout = Short));

        var thrown = await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        Assert.Contains("there was no answer in time", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-00:00:00.001")]
    [InlineData("00:01:00")]
    public async Task Server_ThatComesLater_IsWaitedFor(string startTimeout)
    {
        await using var server = new RedisServer();
        await using var bus = NotedBus.Create(
            bus => bus.UseRedis(server.Address), ("EventBus:Redis:StartTimeout", startTimeout));
        var starting = bus.StartAsync();
        Assert.False(starting.IsCompleted);

        await server.StartAsync();

        await starting.Within();
        await bus.PublishAsync(new Noted("k", 1));
    }

    [Fact]
    public async Task Start_GivenUpWhileItWaits_Ends()
    {
        await using var server = new RedisServer();
        await using var bus = NotedBus.Create(
            bus => bus.UseRedis(server.Address), ("EventBus:Redis:StartTimeout", "-00:00:00.001"));
        using var stop = new CancellationTokenSource();
        var starting = bus.Bus.StartAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.Within());
    }

    [Theory]
    [InlineData("user=bus,password=wrong")]
    [InlineData("user=nobody,password=secret")]
    [InlineData("name=without")]
    public async Task Server_ThatRefusesThePassword_FailsTheStartAtOnce(string login)
    {
        await using var server = new RedisServer { Users = MinimalAcl.For("eventbus:") + "user default off\n" };
        await server.StartAsync();
        await using var bus = NotedBus.Create(
            bus => bus.UseRedis($"{server.Address},{login}"), ("EventBus:Redis:StartTimeout", "-00:00:00.001"));

        var thrown = await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        Assert.Contains("the user or the password", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WhoseUserMayNotAskWhatItIs_FailsTheStartWithTheCommand()
    {
        await using var server = new RedisServer { Users = MinimalAcl.For("eventbus:").Replace(" +info", string.Empty, StringComparison.Ordinal) };
        await server.StartAsync();
        await using var bus = NotedBus.Create(bus => bus.UseRedis($"{server.Address},user={MinimalAcl.User},password={MinimalAcl.Password}"));

        var thrown = await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        Assert.Contains("'info' command", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("docs/redis.md", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("volatile-ttl")]
    public async Task Server_ThatMayEvict_FailsTheStartUnlessAllowed(string policy)
    {
        await using var server = new RedisServer("--maxmemory", "100mb", "--maxmemory-policy", policy);
        await server.StartAsync();
        await using var bus = NotedBus.Create(bus => bus.UseRedis(server.Address));

        var thrown = await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        Assert.Contains($"maxmemory-policy is '{policy}'", thrown.Message, StringComparison.Ordinal);
        await using var allowed = NotedBus.Create(bus => bus.UseRedis(server.Address), ("EventBus:Redis:AllowEviction", "true"));
        await allowed.StartAsync();
    }

    [Fact]
    public async Task Server_ThatRefusesAtFirst_IsFoundFitAtTheNextStart()
    {
        await using var server = new RedisServer();
        await using var bus = NotedBus.Create(bus => bus.UseRedis(server.Address, options => options.StartTimeout = Short));
        await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        await server.StartAsync();

        await bus.StartAsync();
        await bus.PublishAsync(new Noted("k", 1));
    }
}
