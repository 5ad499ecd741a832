using EventBus.Idempotency;
using EventBus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.Idempotency;

public sealed class WiringTests
{
    private static readonly string[] Mistakes =
    [
        "EventBus:Subscriptions:s:IdempotencyLease must be between", "EventBus:Subscriptions:s:IdempotencyWindow must be between",
        "has an idempotency key for System.Uri", "has several idempotency keys for EventBus.Tests.Support.Cat",
    ];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, -1)]
    [InlineData(100_000_000, 40_000_000_000)]
    public async Task Mistakes_AreToldAtTheStart(long leaseMilliseconds, long windowMilliseconds)
    {
        await using var bus = TestBus.Create(bus => bus.AddAnimals().Subscription("s")
            .WithIdempotency<INamed>(named => named.Name).WithIdempotency<Cat>(cat => cat.Name).WithIdempotency<Uri>(uri => uri.Host)
            .Configure(options =>
            {
                options.IdempotencyLease = TimeSpan.FromMilliseconds(leaseMilliseconds);
                options.IdempotencyWindow = TimeSpan.FromMilliseconds(windowMilliseconds);
            })
            .Handle<Cat>((_, _, _) => ValueTask.CompletedTask));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(
            () => bus.Bus.StartAsync(TestContext.Current.CancellationToken));
        Assert.All(Mistakes, mistake => Assert.Contains(mistake, thrown.Message, StringComparison.Ordinal));
        Assert.Equal(Mistakes.Length, thrown.Failures.Count());
    }

    [Fact]
    public async Task Configuration_OfLeaseAndWindow_WinsOverCode()
    {
        var store = new LengthsStore();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["EventBus:Subscriptions:s:IdempotencyLease"] = "00:00:07",
            ["EventBus:Subscriptions:s:IdempotencyWindow"] = "00:00:09",
        }).Build();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").WithIdempotency()
                .Configure(options => options.IdempotencyLease = options.IdempotencyWindow = TimeSpan.FromMinutes(1))
                .Handle<Numbered>((_, _, _) => ValueTask.CompletedTask),
            services => services.AddSingleton<IConfiguration>(configuration).AddSingleton<IIdempotencyStore>(store));
        await bus.Publisher.PublishNumbersAsync("k", 1);

        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9)], await store.Lengths.CountAsync(2));
    }

    [Fact]
    public async Task SubscriptionAddedWhileRunning_CanBeIdempotent()
    {
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered());
        await bus.Bus.SubscribeAsync("s", s => s.WithIdempotency().Handle<Numbered>((e, _, _) =>
        {
            seen.Add(e.Number);
            return ValueTask.CompletedTask;
        }), TestContext.Current.CancellationToken);
        foreach (var (number, id) in new[] { (1, "a"), (2, "a"), (3, "b") })
        {
            await bus.Publisher.PublishAsync(
                new Numbered("k", number), new PublishOptions { Id = id }, TestContext.Current.CancellationToken);
        }

        Assert.Equal([1, 3], await seen.CountAsync(2));
    }

    private sealed class LengthsStore : IIdempotencyStore
    {
        public Seen<TimeSpan> Lengths { get; } = new();

        public ValueTask<IdempotencyState> ClaimAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken)
        {
            Lengths.Add(lease);
            return new(IdempotencyState.Claimed);
        }

        public ValueTask<bool> RenewAsync(string key, Guid owner, TimeSpan lease, CancellationToken cancellationToken) => new(true);

        public ValueTask<bool> CompleteAsync(string key, Guid owner, TimeSpan window, CancellationToken cancellationToken)
        {
            Lengths.Add(window);
            return new(true);
        }

        public ValueTask ReleaseAsync(string key, Guid owner, CancellationToken cancellationToken) => default;
    }
}
