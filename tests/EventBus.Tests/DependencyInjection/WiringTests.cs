using EventBus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventBus.Tests.DependencyInjection;

public sealed class WiringTests
{
    [Fact]
    public async Task StartAsync_WithManyMistakes_TellsAllInOneMessage()
    {
        await using var bus = TestBus.Create(bus =>
        {
            bus.UseInMemory(options => options.Partitions = 0).Configure(options => options.DrainTimeout = TimeSpan.FromSeconds(-1));
            bus.Event<Cat>("animal.cat", topic: "no topic!").Event<Dog>("animal.cat").Event<Dog>("animal.dog").Event<Numbered>("", topic: "t");
            bus.Subscription("empty");
            bus.Subscription("bad").Topics("user.>.x").WithConcurrency(0).Handle<Uri>((_, _, _) => ValueTask.CompletedTask);
            bus.Subscription("both").Handle<Cat>((_, _, _) => ValueTask.CompletedTask).HandleBatch(new NoBatch(), maxSize: 100_000);
        });

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.StartAsync(TestContext.Current.CancellationToken));

        string[] expected =
        [
            "Partitions", "DrainTimeout", "'no topic!'", "'animal.cat' (version 1) is registered 2 times", "Dog is registered 2 times",
            "contract name is empty", "'empty' has no handler", "'user.>.x'", "Concurrency", "bus.Event<Uri>(\"uri\");",
            "batch handler and another handler", "batch size 100000",
        ];
        Assert.All(expected, mistake => Assert.Contains(mistake, thrown.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddEventBus_ByTwoModules_MakesOneBus()
    {
        var seen = new Seen<string>();
        var services = new ServiceCollection();
        services.AddEventBus(bus => bus.AddNumbered().Subscription("s").Handle<Numbered>((_, _, _) => Note("number")));
        services.AddEventBus(bus => bus.AddAnimals().Subscription("s").Handle<Cat>((_, _, _) => Note("cat")));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IEventBus>().StartAsync(TestContext.Current.CancellationToken);
        var publisher = provider.GetRequiredService<IEventPublisher>();

        await publisher.PublishAsync(new Cat("Tom"), TestContext.Current.CancellationToken);
        await publisher.PublishAsync(new Numbered("k", 1), TestContext.Current.CancellationToken);

        Assert.Equal(["cat", "number"], (await seen.CountAsync(2)).Order(StringComparer.Ordinal));
        Assert.Single(provider.GetServices<IEventBus>());

        ValueTask Note(string text)
        {
            seen.Add(text);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task Configuration_OfBusSubscriptionAndTransport_WinsOverCode()
    {
        var seen = new Seen<int>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventBus:Source"] = "/configured",
            ["EventBus:Subscriptions:s:Concurrency"] = "3",
            ["EventBus:InMemory:Partitions"] = "2",
        });
        builder.Services.AddEventBus(bus => bus.UseInMemory(options => options.Partitions = 1)
            .Configure(options => options.Source = "/code").AddNumbered()
            .Subscription("s").WithConcurrency(1).Handle<Numbered>(async (e, context, _) =>
            {
                Assert.Equal("/configured", context.Envelope.Metadata.Source);
                seen.Add(e.Number);
                await release.Task;
            }));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var publisher = host.Services.GetRequiredService<IEventPublisher>();

        var positions = await publisher.PublishBatchAsync(
            Enumerable.Range(0, 20).Select(i => new Numbered($"k{i}", i)), TestContext.Current.CancellationToken);

        await seen.CountAsync(3);
        Assert.Equal([0, 1], positions.Select(position => position.Partition).Distinct().Order());
        release.SetResult();
        await seen.CountAsync(20);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task SubscribeAsync_WhileRunning_ReceivesAndUnsubscribes()
    {
        var seen = new Seen<int>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered());
        await bus.Bus.SubscribeAsync("later", Configure, TestContext.Current.CancellationToken);
        await bus.Publisher.PublishNumbersAsync("k", 3);
        await seen.CountAsync(3);

        Assert.True(await bus.Bus.UnsubscribeAsync("later", TestContext.Current.CancellationToken));
        Assert.False(await bus.Bus.UnsubscribeAsync("later", TestContext.Current.CancellationToken));
        await bus.Publisher.PublishNumbersAsync("k", 2);
        Assert.Equal(3, seen.Items.Count);

        await bus.Bus.SubscribeAsync("later", Configure, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2, 0, 1], await seen.CountAsync(5));

        void Configure(SubscriptionBuilder subscription) => subscription.Handle<Numbered>((e, _, _) =>
        {
            seen.Add(e.Number);
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public async Task SubscribeAsync_WithATakenNameAndAnUnknownHandler_TellsBoth()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>((_, _, _) => ValueTask.CompletedTask));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => bus.Bus.SubscribeAsync(
            "s", subscription => subscription.Handle<Numbered, UnknownHandler>(), TestContext.Current.CancellationToken));

        Assert.Contains("of that name", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("services.AddScoped<UnknownHandler>();", thrown.Message, StringComparison.Ordinal);
    }

    private sealed class UnknownHandler : IEventHandler<Numbered>
    {
        public ValueTask HandleAsync(Numbered @event, EventContext context, CancellationToken cancellationToken) => default;
    }

    private sealed class NoBatch : IBatchEventHandler<Cat>
    {
        public ValueTask HandleAsync(EventBatch<Cat> batch, CancellationToken cancellationToken) => default;
    }
}
