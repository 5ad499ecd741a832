using EventBus.Pipeline;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Pipeline;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Order_OfGlobalAndSubscriptionMiddleware_IsThatOfRegistration()
    {
        var log = new Seen<string>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Use(new Step("global 1", log)).Use<NamedStep>().Subscription("s")
                .Use(new Step("own", log)).Handle<Numbered>((_, _, _) =>
                {
                    log.Add("handler");
                    return ValueTask.CompletedTask;
                }),
            services => services.AddSingleton(log));

        await bus.Publisher.PublishNumbersAsync("k", 1);

        Assert.Equal(
            ["global 1 >", "named >", "own >", "handler", "< own", "< named", "< global 1"], await log.CountAsync(7));
    }

    [Fact]
    public async Task NotCallingNext_AcknowledgesTheEventUnhandled()
    {
        var log = new Seen<string>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Use(new Filter(e => e is Numbered { Number: 1 }))
            .Handle<Numbered>((e, _, _) =>
            {
                log.Add($"{e.Number}");
                return ValueTask.CompletedTask;
            }));

        await bus.Publisher.PublishNumbersAsync("k", 3);

        Assert.Equal(["1"], await log.CountAsync(1));
        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, Assert.Single(await bus.Log.GetLagAsync("s", TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Batch_WithMiddleware_GoesThroughItEventByEvent()
    {
        var log = new Seen<string>();
        await using var bus = TestBus.Create(bus => bus.AddNumbered().Subscription("s")
            .Use(new Filter(e => e is Numbered { Number: not 1 }))
            .HandleBatch(new Sizes(log)));
        await bus.Publisher.PublishNumbersAsync("k", 3);

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["0,2"], await log.CountAsync(1));
    }

    [Fact]
    public async Task Scope_OfMiddlewareAndHandler_IsTheSame()
    {
        var log = new Seen<string>();
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().Subscription("s").Use(new Marking()).Handle<Numbered>((_, context, _) =>
            {
                var mark = context.Services.GetRequiredService<Mark>();
                log.Add($"{mark.Text}, used {mark.Uses} times");
                return ValueTask.CompletedTask;
            }),
            services => services.AddScoped<Mark>());

        await bus.Publisher.PublishNumbersAsync("k", 2);

        Assert.Equal(["marked 0, used 1 times", "marked 1, used 1 times"], await log.CountAsync(2));
    }

    [Fact]
    public async Task Context_UsedAfterItsHandlerEnded_Throws()
    {
        var kept = new Seen<EventContext>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s")
            .Handle<Numbered>((_, context, _) =>
            {
                kept.Add(context);
                return ValueTask.CompletedTask;
            }));
        await bus.Publisher.PublishNumbersAsync("k", 2);
        var contexts = await kept.CountAsync(2);
        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);

        Assert.All(contexts, context => Assert.Throws<InvalidOperationException>(() => context.Id));
    }

    private sealed class Step(string name, Seen<string> log) : IConsumeMiddleware
    {
        public async ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
        {
            log.Add($"{name} >");
            await next(context, cancellationToken);
            log.Add($"< {name}");
        }
    }

    private sealed class NamedStep(Seen<string> log) : IConsumeMiddleware
    {
        private readonly Step _step = new("named", log);

        public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken) =>
            _step.InvokeAsync(context, next, cancellationToken);
    }

    private sealed class Filter(Func<object, bool> wanted) : IConsumeMiddleware
    {
        public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken) =>
            wanted(context.Event) ? next(context, cancellationToken) : ValueTask.CompletedTask;
    }

    private sealed class Mark
    {
        private string _text = "unmarked";

        public int Uses { get; private set; }

        public string Text
        {
            get => _text;
            set
            {
                _text = value;
                Uses++;
            }
        }
    }

    private sealed class Marking : IConsumeMiddleware
    {
        public ValueTask InvokeAsync(EventContext context, ConsumeDelegate next, CancellationToken cancellationToken)
        {
            context.Services.GetRequiredService<Mark>().Text = $"marked {((Numbered)context.Event).Number}";
            return next(context, cancellationToken);
        }
    }

    private sealed class Sizes(Seen<string> log) : IBatchEventHandler<Numbered>
    {
        public ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken)
        {
            log.Add(string.Join(',', batch.Select(e => e.Number)));
            return ValueTask.CompletedTask;
        }
    }
}
