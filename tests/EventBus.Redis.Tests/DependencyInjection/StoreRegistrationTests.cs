using EventBus.Idempotency;
using EventBus.Redis.Idempotency;
using EventBus.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.DependencyInjection;

/// <summary>Which store an application has, by what it registers and in which order.</summary>
public sealed class StoreRegistrationTests
{
    private static readonly OwnStore s_own = new();

    public static TheoryData<string, Action<IServiceCollection>> WithRedis { get; } = new()
    {
        { "alone", services => services.AddEventBus(bus => bus.UseRedis()) },
        { "behind AddEventBus", services => services.AddEventBus().UseRedis() },
        { "in a second AddEventBus", services => services.AddEventBus(bus => bus.UseInMemory()).Services.AddEventBus(bus => bus.UseRedis()) },
        { "twice", services => services.AddEventBus(bus => bus.UseRedis("first").UseRedis("second")) },
        { "with faults", services => services.AddEventBus(bus => bus.UseRedis().UseFaults(new FaultPlan())) },
    };

    public static TheoryData<string, Action<IServiceCollection>> WithOwn { get; } = new()
    {
        { "before", services => Own(services).AddEventBus(bus => bus.UseRedis()) },
        { "behind", services => Own(services.AddEventBus(bus => bus.UseRedis()).Services) },
        { "between", services => Own(services.AddEventBus().Services).AddEventBus(bus => bus.UseRedis()) },
        { "in the bus, before", services => services.AddEventBus(bus => Own(bus.Services).AddEventBus(same => same.UseRedis())) },
        { "in the bus, behind", services => services.AddEventBus(bus => Own(bus.UseRedis().Services)) },
        { "keyed ones beside it", services => Own(services.AddKeyedSingleton<IIdempotencyStore>("k", (_, _) => new OwnStore())).AddEventBus().UseRedis() },
    };

    public static TheoryData<string, Action<IServiceCollection>> WithoutRedis { get; } = new()
    {
        { "none chosen", services => services.AddEventBus() },
        { "in memory behind", services => services.AddEventBus(bus => bus.UseRedis().UseInMemory()) },
        { "another one behind", services => services.AddEventBus(bus => bus.UseRedis().UseTransport(_ => throw new NotSupportedException())) },
    };

    [Theory]
    [MemberData(nameof(WithRedis), DisableDiscoveryEnumeration = true)]
    public void Store_OfABusOnRedis_IsOnRedis(string how, Action<IServiceCollection> register) =>
        Assert.True(StoreOf(register) is RedisIdempotencyStore, how);

    [Theory]
    [MemberData(nameof(WithOwn), DisableDiscoveryEnumeration = true)]
    public void Store_OfTheApplication_StaysTheApplications(string how, Action<IServiceCollection> register) =>
        Assert.True(StoreOf(register) == s_own, how);

    [Theory]
    [MemberData(nameof(WithoutRedis), DisableDiscoveryEnumeration = true)]
    public void Store_OfABusOnAnotherTransport_IsNotOnRedis(string how, Action<IServiceCollection> register) =>
        Assert.True(StoreOf(register).GetType().Name == "InMemoryIdempotencyStore", how);

    [Fact]
    public async Task Store_OfAHarnessOverABusOnRedis_IsInMemory()
    {
        await using var harness = await EventBusHarness.StartAsync(
            services => services.AddEventBus(bus => bus.UseRedis()), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("InMemoryIdempotencyStore", harness.Services.GetRequiredService<IIdempotencyStore>().GetType().Name);
    }

    private static IServiceCollection Own(IServiceCollection services) => services.AddSingleton<IIdempotencyStore>(s_own);

    private static IIdempotencyStore StoreOf(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        return services.BuildServiceProvider().GetRequiredService<IIdempotencyStore>();
    }

    private sealed class OwnStore : IIdempotencyStore
    {
        public ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
