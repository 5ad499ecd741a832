using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Connections;

/// <summary>A bus over a connection, or a description of one, that the application gives.</summary>
public sealed class GivenConnectionTests(TestRedis redis)
{
    private readonly string _prefix = TestRedis.NewPrefix();

    [Fact]
    public async Task Connection_OfTheApplication_CarriesEventsAndStaysOpen()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        await using (var bus = await HandleAsync(bus => bus.UseRedis(_ => connection, options => options.KeyPrefix = _prefix)))
        {
            await bus.StopAsync();
        }

        Assert.True(connection.IsConnected);
        await connection.GetDatabase().PingAsync();
    }

    [Fact]
    public async Task Connection_FromTheServices_IsAskedForOnce()
    {
        var asked = 0;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        await using var bus = await HandleAsync(bus =>
        {
            bus.Services.AddSingleton<IConnectionMultiplexer>(_ =>
            {
                asked++;
                return connection;
            });
            bus.UseRedis(services => services.GetRequiredService<IConnectionMultiplexer>(), options => options.KeyPrefix = _prefix);
        });

        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Server_WithACertificateThatNobodyKnows_FailsTheStart()
    {
        await using var server = new RedisServer { Certificate = new ServerCertificate() };
        await server.StartAsync();
        await using var bus = NotedBus.Create(bus => bus.UseRedis($"{server.Address},ssl=true", settings => settings.KeyPrefix = _prefix));

        var failure = await Assert.ThrowsAsync<EventBusException>(bus.StartAsync);

        Assert.Contains(server.Address, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_OfTheApplication_AreLeftAlone()
    {
        var options = ConfigurationOptions.Parse(redis.Configuration);
        options.ClientName = "mine";
        var before = options.ToString();
        await using var bus = await HandleAsync(bus => bus.UseRedis(options, settings => settings.KeyPrefix = _prefix));

        Assert.Equal(before, options.ToString());
        var clients = (await redis.Admin.ExecuteAsync("CLIENT", "LIST")).ToString();
        Assert.Contains("name=mine-", clients, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_OfTheSettings_HoldsTheKeys()
    {
        await using var bus = await HandleAsync(bus => bus.UseRedis(redis.Configuration, options =>
        {
            options.KeyPrefix = _prefix;
            options.Database = 3;
        }));

        var server = redis.Admin.Multiplexer.GetServers()[0];
        var token = TestContext.Current.CancellationToken;
        Assert.NotEmpty(await server.KeysAsync(3, $"{_prefix}*").ToListAsync(token));
        Assert.Empty(await server.KeysAsync(0, $"{_prefix}*").ToListAsync(token));
    }

    [Fact]
    public async Task Server_WithTls_CarriesEvents()
    {
        var certificate = new ServerCertificate();
        await using var server = new RedisServer { Certificate = certificate };
        await server.StartAsync();
        var options = ConfigurationOptions.Parse($"{server.Address},ssl=true,sslHost=localhost");
        options.TrustIssuer(certificate.CertificatePath);

        await using var bus = await HandleAsync(bus => bus.UseRedis(options));
    }

    // Starts a bus and sees an event through it.
    private static async Task<NotedBus> HandleAsync(Action<EventBusBuilder> use)
    {
        var handled = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = await NotedBus.StartAsync(bus =>
        {
            use(bus);
            bus.Subscription("g").WithIdempotency().Handle<Noted>((noted, _, _) =>
            {
                handled.TrySetResult(noted.Number);
                return default;
            });
        });
        await bus.PublishAsync(new Noted("k", 7));
        Assert.Equal(7, await handled.Task.Within());
        return bus;
    }
}
