using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consuming;

public sealed class HandlerTests
{
    [Fact]
    public async Task ScopedHandler_OfEachDelivery_IsAnObjectOfItsOwnScopeAndDisposed()
    {
        var log = new Seen<string>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").Handle<Numbered, ScopedHandler>(),
            services => services.AddSingleton(log).AddScoped<ScopeMark>());

        await bus.Publisher.PublishNumbersAsync("k", 2);

        Assert.Equal(["handle 0", "dispose 0", "handle 1", "dispose 1"], await log.CountAsync(4));
    }

    [Fact]
    public async Task SingletonHandler_RegisteredAfterTheBus_ServesAllEvents()
    {
        var services = new ServiceCollection();
        services.AddEventBus(bus => bus.AddNumbered().Subscription("s").Handle<Numbered, CountingHandler>());
        services.AddSingleton<CountingHandler>();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IEventBus>().StartAsync(TestContext.Current.CancellationToken);

        await provider.GetRequiredService<IEventPublisher>().PublishNumbersAsync("k", 3);

        await provider.GetRequiredService<CountingHandler>().Seen.CountAsync(3);
    }

    [Fact]
    public async Task SeveralHandlers_OfOneEvent_RunInOrderAndFailTogether()
    {
        var log = new Seen<string>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>((_, context, _) => Note($"first {context.Attempt}"))
            .Handle<Numbered>((_, context, _) => context.Attempt == 1 ? throw new InvalidOperationException("No.") : Note("second")));

        await bus.Publisher.PublishNumbersAsync("k", 1);

        Assert.Equal(["first 1", "first 2", "second"], await log.CountAsync(3));

        ValueTask Note(string text)
        {
            log.Add(text);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task HandlersOfBaseTypeAndInterface_ReceiveEveryEventThatIsOne()
    {
        var log = new Seen<string>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddAnimals().AddNumbered()
            .Subscription("s").Handle<Animal>((e, _, _) => Note($"animal {e.Name}")).Handle<INamed>((e, _, _) => Note($"named {e.Name}")));

        await bus.Publisher.PublishAsync<Animal>(new Cat("Tom"), TestContext.Current.CancellationToken);
        await log.CountAsync(2);
        await bus.Publisher.PublishAsync(new Dog("Rex"), TestContext.Current.CancellationToken);

        Assert.Equal(["animal Tom", "named Tom", "animal Rex", "named Rex"], await log.CountAsync(4));

        ValueTask Note(string text)
        {
            log.Add(text);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task RoundTripJson_OfAnEvent_HandsOnAnEqualCopy()
    {
        var seen = new Seen<Numbered>();
        await using var bus = await TestBus.StartAsync(bus => bus.UseInMemory(options => options.RoundTripJson = true)
            .AddNumbered().Subscription("s").Handle<Numbered>((e, _, _) =>
            {
                seen.Add(e);
                return ValueTask.CompletedTask;
            }));
        var published = new Numbered("k", 7);

        await bus.Publisher.PublishAsync(published, TestContext.Current.CancellationToken);

        var handled = Assert.Single(await seen.CountAsync(1));
        Assert.Equal(published, handled);
        Assert.NotSame(published, handled);
    }

    [Fact]
    public async Task UnknownVersion_OfAKnownContract_IsReadAsTheNewestKnown()
    {
        var broker = new InMemoryBroker(new() { RoundTripJson = true });
        var seen = new Seen<Numbered>();
        await using var consumer = await TestBus.StartAsync(bus => bus.UseInMemory(broker).AddNumbered().Subscription("s")
            .Handle<Numbered>((e, _, _) =>
            {
                seen.Add(e);
                return ValueTask.CompletedTask;
            }));
        await using var newer = TestBus.Create(bus => bus.UseInMemory(broker)
            .Event<NumberedTwo>("number.drawn", topic: Events.NumberedTopic, version: 2));

        await newer.Publisher.PublishAsync(new NumberedTwo("k", 5, "more"), TestContext.Current.CancellationToken);

        Assert.Equal([new Numbered("k", 5)], await seen.CountAsync(1));
    }

    private sealed record NumberedTwo(string Key, int Number, string More);

    private sealed class ScopeMark(Seen<string> log) : IDisposable
    {
        private string _name = "";

        public void Handle(int number) => log.Add($"handle {_name = $"{number}"}");

        public void Dispose() => log.Add($"dispose {_name}");
    }

    private sealed class ScopedHandler(ScopeMark mark) : IEventHandler<Numbered>
    {
        public ValueTask HandleAsync(Numbered @event, EventContext context, CancellationToken cancellationToken)
        {
            mark.Handle(@event.Number);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class CountingHandler : IEventHandler<Numbered>
    {
        public Seen<int> Seen { get; } = new();

        public ValueTask HandleAsync(Numbered @event, EventContext context, CancellationToken cancellationToken)
        {
            Seen.Add(@event.Number);
            return ValueTask.CompletedTask;
        }
    }
}
