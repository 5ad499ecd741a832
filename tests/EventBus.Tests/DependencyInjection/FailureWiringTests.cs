using EventBus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.DependencyInjection;

public sealed class FailureWiringTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mistakes_InRetryAndDeadLetters_AreToldAtOnce()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventBus:Subscriptions:values:Events:animal.cat:Retry:AttemptTimeout"] = "00:00:00",
        }).Build();
        await using var bus = TestBus.Create(
            bus =>
            {
                bus.AddNumbered().AddAnimals();
                bus.Event<Reserved>("reserved", topic: "_eventbus.mine");
                bus.Subscription("limits").Handle<Numbered>((_, _, _) => default).WithRetry(retry => retry.NeverRetryOn<IOException>());
                bus.Subscription("order").Handle<Numbered>((_, _, _) => default).Configure(options => options.KeepKeyOrder = true);
                bus.Subscription("both").Handle<Numbered>((_, _, _) => default).WithDeadLetters(keepKeyOrder: true)
                    .WithRetry(retry => retry.InOrder = false);
                bus.Subscription("values").Handle<Animal>((_, _, _) => default).WithDeadLetters().WithRetry(retry =>
                {
                    retry.Attempts = 0;
                    retry.Delay = TimeSpan.FromSeconds(-1);
                    retry.TotalTime = TimeSpan.FromSeconds(-1);
                    retry.MaxDelay = TimeSpan.FromSeconds(-2);
                    retry.Backoff = (Polly.DelayBackoffType)9;
                });
            },
            services => services.AddSingleton<IConfiguration>(configuration));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(Token));

        string[] told =
        [
            "the topic '_eventbus.mine' begins with '_eventbus.'",
            "EventBus:Subscriptions:limits:Retry gives events up, and subscription 'limits' has no dead letters",
            "Subscription 'order' keeps the order of keys behind dead letters, and has none",
            "EventBus:Subscriptions:both:Retry:InOrder is false",
            "EventBus:Subscriptions:values:Retry:Attempts must be 1 or more, but is 0",
            "EventBus:Subscriptions:values:Retry:Delay must be between zero and 1.00:00:00, but is -00:00:01",
            "EventBus:Subscriptions:values:Retry:MaxDelay must be between zero and 1.00:00:00, but is -00:00:02",
            "EventBus:Subscriptions:values:Retry:TotalTime must not be negative",
            "EventBus:Subscriptions:values:Retry:MaxDelay (-00:00:02) is less than Delay (-00:00:01)",
            "EventBus:Subscriptions:values:Retry:Backoff must be one of Constant, Linear, Exponential, but is 9",
            "EventBus:Subscriptions:values:Events:animal.cat:Retry:AttemptTimeout must be",
        ];
        Assert.All(told, what => Assert.Contains(error.Failures, failure => failure.Contains(what, StringComparison.Ordinal)));
        Assert.Equal(told.Length, error.Failures.Count());
    }

    [Fact]
    public async Task ExactlyOnce_WithWhatItCannotGoTogetherWith_IsRefused()
    {
        await using var bus = TestBus.Create(bus =>
        {
            bus.AddNumbered();
            bus.Subscription("twice").Handle<Numbered>((_, _, _) => default).WithExactlyOnce().WithIdempotency();
            bus.Subscription("keys").Handle<Numbered>((_, _, _) => default).WithExactlyOnce().WithDeadLetters(keepKeyOrder: true);
            bus.Subscription("batches").HandleBatch<Numbered>(new Batches()).WithExactlyOnce();
        });

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(Token));

        string[] told =
        [
            "Subscription 'twice' has exactly-once and idempotency. Take .WithIdempotency() away",
            "Subscription 'keys' has exactly-once and keeps the order of keys behind dead letters",
            "Subscription 'batches' has exactly-once and a batch handler for Numbered",
        ];
        Assert.All(told, what => Assert.Contains(error.Failures, failure => failure.Contains(what, StringComparison.Ordinal)));
        Assert.Equal(told.Length, error.Failures.Count());
    }

    [Fact]
    public async Task Header_ThatIsTheBussOwn_IsRefused()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered());
        var options = new PublishOptions { Headers = new Dictionary<string, string> { ["eventbus-due"] = "never" } };

        var error = await Assert.ThrowsAsync<ArgumentException>(
            async () => await bus.Publisher.PublishAsync(new Numbered("k", 0), options, Token));

        Assert.Contains("'eventbus-due'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pattern_ForAllTopics_TakesNoneOfTheBussOwn()
    {
        var seen = new Seen<Position>();
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddNumbered();
            bus.Subscription("poor").Handle<Numbered>((_, _, _) => throw new DoNotRetryException("No.")).WithDeadLetters();
            bus.Subscription("all").Topics(">").Handle<Numbered>((_, context, _) =>
            {
                seen.Add(context.Position);
                return default;
            });
        });
        await bus.Publisher.PublishNumbersAsync("k", 3);
        var letters = bus.Services.GetRequiredService<EventBus.DeadLetters.IDeadLetters>();
        while (await letters.CountAsync("poor", null, Token) < 3)
        {
            await Task.Yield();
        }

        await seen.CountAsync(3);
        Assert.All(await bus.Log.GetLagAsync("all", Token), lag => Assert.Equal(Events.NumberedTopic, lag.Topic));
        await bus.Bus.StopAsync(Token);
        Assert.All(seen.Items, position => Assert.Equal(Events.NumberedTopic, position.Topic));
    }

    private sealed record Reserved;

    private sealed class Batches : IBatchEventHandler<Numbered>
    {
        public ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken) => default;
    }
}
