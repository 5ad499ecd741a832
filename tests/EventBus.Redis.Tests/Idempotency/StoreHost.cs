using EventBus.Idempotency;
using EventBus.Redis.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Idempotency;

/// <summary>The store that an application on Redis has, as each of its processes has it: on a connection of its own.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IIdempotencyStore _store;

    public StoreHost(string configuration, string prefix, Action<RedisOptions>? configure = null)
    {
        Prefix = prefix;
        _services = new ServiceCollection().AddEventBus(bus => bus.UseRedis(configuration, options =>
        {
            options.KeyPrefix = prefix;
            configure?.Invoke(options);
        })).Services.BuildServiceProvider();
        _store = _services.GetRequiredService<IIdempotencyStore>();
    }

    public StoreHost(TestRedis redis)
        : this(redis.Configuration, TestRedis.NewPrefix())
    {
    }

    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(30);

    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(10);

    public string Prefix { get; }

    public RedisKey Key(string key = "key") => $"{Prefix}idempotency:{key}";

    public Task<IdempotencyState> ClaimAsync(Guid owner, string key = "key", TimeSpan? lease = null, CancellationToken? cancellation = null) =>
        _store.ClaimAsync(key, owner, lease ?? Lease, cancellation ?? TestContext.Current.CancellationToken).AsTask();

    public Task<bool> RenewAsync(Guid owner, string key = "key", TimeSpan? lease = null) =>
        _store.RenewAsync(key, owner, lease ?? Lease, TestContext.Current.CancellationToken).AsTask();

    public Task<bool> CompleteAsync(Guid owner, string key = "key", TimeSpan? window = null, CancellationToken? cancellation = null) =>
        _store.CompleteAsync(key, owner, window ?? Window, cancellation ?? TestContext.Current.CancellationToken).AsTask();

    public Task ReleaseAsync(Guid owner, string key = "key") =>
        _store.ReleaseAsync(key, owner, TestContext.Current.CancellationToken).AsTask();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
