using System.Diagnostics;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Diagnostics;

[Collection(TelemetryTests.Name)]
public sealed class TraceTests : IDisposable
{
    private const string Send = "send numbers";
    private const string Receive = "receive numbers";
    private const string Process = "process numbers";

    private readonly SpanRecorder _spans = new();

    public void Dispose() => _spans.Dispose();

    [Fact]
    public async Task Spans_AcrossTwoHandlers_AreOneTrace()
    {
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddNumbered().AddAnimals();
            bus.Subscription("first").Handle<Numbered>(async (_, context, token) =>
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Cat("Tom"), cancellationToken: token));
            bus.Subscription("second").Handle<Cat>((_, _, _) => ValueTask.CompletedTask);
        });
        using var source = new ActivitySource("application");
        using var caller = new Activity("caller").Start();
        await bus.Publisher.PublishNumbersAsync("k", 1);

        var last = Assert.Single(await _spans.NamedAsync("process animal.cat"));
        var sendCat = Assert.Single(await _spans.NamedAsync("send animal.cat"));
        var process = Assert.Single(await _spans.NamedAsync(Process));
        var send = Assert.Single(await _spans.NamedAsync(Send));
        Assert.Equal(
            [sendCat.SpanId, process.SpanId, send.SpanId, caller.SpanId],
            [last.ParentSpanId, sendCat.ParentSpanId, process.ParentSpanId, send.ParentSpanId]);
        Assert.All([last, sendCat, process, send], span => Assert.Equal(caller.TraceId, span.TraceId));
        Assert.True(process.HasRemoteParent);
        Assert.Empty(process.Links);
    }

    [Fact]
    public async Task Spans_OfOneEvent_HaveTheAttributesOfTheirConventions()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        await bus.Publisher.PublishNumbersAsync("k", 1);

        var process = Assert.Single(await _spans.NamedAsync(Process));
        var send = Assert.Single(await _spans.NamedAsync(Send));
        var receive = Assert.Single(await _spans.NamedAsync(Receive));
        var id = Assert.IsType<string>(send.GetTagItem("messaging.message.id"));
        Assert.Equal(
            [ActivityKind.Producer, ActivityKind.Consumer, ActivityKind.Consumer], [send.Kind, receive.Kind, process.Kind]);
        Assert.Equal(
            Tags("send", [("messaging.message.id", id), ("messaging.destination.partition.id", "0"), ("eventbus.event.type", "number.drawn")]),
            Tags(send));
        Assert.Equal(
            Tags("receive", [("messaging.consumer.group.name", "s"), ("messaging.batch.message_count", 1)]), Tags(receive));
        Assert.Equal(
            Tags("process", [
                ("messaging.message.id", id), ("messaging.destination.partition.id", "0"), ("eventbus.event.type", "number.drawn"),
                ("messaging.consumer.group.name", "s"), ("eventbus.attempt", 1)]),
            Tags(process));
        Assert.Equal(send.Context.SpanId, Assert.Single(receive.Links).Context.SpanId);
        Assert.Null(receive.ParentId);
    }

    [Fact]
    public async Task LinkTraces_OfTheOptions_BeginsATraceThatIsLinked()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask, options => options.LinkTraces = true);
        await bus.Publisher.PublishNumbersAsync("k", 1);

        var process = Assert.Single(await _spans.NamedAsync(Process));
        var send = Assert.Single(await _spans.NamedAsync(Send));
        Assert.Null(process.ParentId);
        Assert.NotEqual(send.TraceId, process.TraceId);
        Assert.Equal(send.Context.SpanId, Assert.Single(process.Links).Context.SpanId);
    }

    [Fact]
    public async Task Subscription_AddedInsideOfATrace_DoesNotPutItsEventsIntoIt()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Configure(options => options.LinkTraces = true));
        using (new Activity("request").Start())
        {
            await bus.Bus.SubscribeAsync(
                "s", subscription => subscription.Handle<Numbered>((_, _, _) => ValueTask.CompletedTask),
                TestContext.Current.CancellationToken);
        }

        await bus.Publisher.PublishNumbersAsync("k", 1);

        Assert.Null(Assert.Single(await _spans.NamedAsync(Process)).ParentId);
        Assert.Null(Assert.Single(await _spans.NamedAsync(Receive)).ParentId);
    }

    [Fact]
    public async Task Attempts_ThatFail_HaveSpansWithTheirErrors()
    {
        await using var bus = await StartAsync((_, context, _) => context.Attempt == 1
            ? throw new InvalidOperationException("broken")
            : ValueTask.CompletedTask);
        await bus.Publisher.PublishNumbersAsync("k", 1);

        var attempts = await _spans.NamedAsync(Process, count: 2);
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], attempts.Select(span => span.Status));
        Assert.Equal("broken", attempts[0].StatusDescription);
        Assert.Equal([typeof(InvalidOperationException).FullName, null], attempts.Select(span => span.GetTagItem("error.type")));
        Assert.Equal([1, 2], attempts.Select(span => span.GetTagItem("eventbus.attempt")));
        Assert.Equal(attempts[0].ParentSpanId, attempts[1].ParentSpanId);
    }

    [Fact]
    public async Task Sending_ThatFails_HasASpanWithItsError()
    {
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddNumbered().UseTransport(_ => new FailingTransport(new PublishException("full", "numbers", stored: 0))));

        await Assert.ThrowsAsync<PublishException>(() => bus.Publisher.PublishNumbersAsync("k", 1));

        var send = Assert.Single(await _spans.NamedAsync(Send));
        Assert.Equal(ActivityStatusCode.Error, send.Status);
        Assert.Equal(typeof(PublishException).FullName, send.GetTagItem("error.type"));
        Assert.Equal("broken.transport", send.GetTagItem("messaging.system"));
    }

    [Fact]
    public async Task Batch_OfAPublisher_HasOneSpan()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        await bus.Publisher.PublishBatchAsync<Numbered>(
            new Numbered[] { new("a", 1), new("b", 2), new("c", 3) }, cancellationToken: TestContext.Current.CancellationToken);

        var processes = await _spans.NamedAsync(Process, count: 3);
        var send = Assert.Single(await _spans.NamedAsync(Send));
        Assert.Equal(3, send.GetTagItem("messaging.batch.message_count"));
        Assert.All(processes, process => Assert.Equal(send.SpanId, process.ParentSpanId));
    }

    [Fact]
    public async Task Batch_OfAHandler_HasOneSpanLinkedToAllItsEvents()
    {
        var handler = new PublishesCat();
        await using var bus = TestBus.Create(bus => bus.AddNumbered().AddAnimals().Subscription("s").HandleBatch(handler));
        handler.Publisher = bus.Publisher;
        await bus.Publisher.PublishNumbersAsync("k", 3);

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        var sendCat = Assert.Single(await _spans.NamedAsync("send animal.cat"));
        var process = Assert.Single(await _spans.NamedAsync(Process));
        var sends = await _spans.NamedAsync(Send, count: 3);
        Assert.Equal(3, process.GetTagItem("messaging.batch.message_count"));
        Assert.Equal(sends.Select(send => send.SpanId), process.Links.Select(link => link.Context.SpanId));
        Assert.Null(process.ParentId);
        Assert.Equal(process.SpanId, sendCat.ParentSpanId);
    }

    [Fact]
    public async Task Batch_OfOneTrace_IsAPartOfIt()
    {
        var handler = new PublishesCat();
        await using var bus = TestBus.Create(bus => bus.AddNumbered().AddAnimals().Subscription("s").HandleBatch(handler));
        handler.Publisher = bus.Publisher;
        await bus.Publisher.PublishBatchAsync<Numbered>(
            new Numbered[] { new("a", 1), new("b", 2) }, cancellationToken: TestContext.Current.CancellationToken);

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);

        var process = Assert.Single(await _spans.NamedAsync(Process));
        Assert.Equal(Assert.Single(await _spans.NamedAsync(Send)).SpanId, process.ParentSpanId);
    }

    [Fact]
    public async Task Trace_WhoseSpansNobodySamples_GoesOn()
    {
        _spans.Dispose();
        using var refusing = new SpanRecorder(ActivitySamplingResult.None);
        var seen = new Seen<string?>();
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddNumbered().AddAnimals();
            bus.Subscription("first").Handle<Numbered>(async (_, context, token) =>
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Cat("Tom"), cancellationToken: token));
            bus.Subscription("second").Handle<Cat>((_, context, _) =>
            {
                seen.Add(context.Envelope.Metadata.TraceParent);
                return ValueTask.CompletedTask;
            });
        });
        using var caller = new Activity("caller").Start();
        await bus.Publisher.PublishNumbersAsync("k", 1);

        Assert.Contains(caller.TraceId.ToHexString(), Assert.Single(await seen.CountAsync(1)), StringComparison.Ordinal);
    }

    private static Task<TestBus> StartAsync(
        Func<Numbered, EventContext, CancellationToken, ValueTask> handle, Action<EventBusOptions>? configure = null) =>
        TestBus.StartAsync(bus => bus.AddNumbered().Configure(configure ?? (_ => { })).Subscription("s").Handle(handle));

    private static IEnumerable<KeyValuePair<string, object?>> Tags(Activity span) =>
        span.TagObjects.OrderBy(tag => tag.Key, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, object?>> Tags(string operation, (string Key, object? Value)[] more) =>
        new[]
        {
            ("messaging.system", "eventbus"), ("messaging.operation.name", operation), ("messaging.operation.type", operation),
            ("messaging.destination.name", (object?)"numbers"),
        }.Concat(more).Select(tag => KeyValuePair.Create(tag.Item1, tag.Item2)).OrderBy(tag => tag.Key, StringComparer.Ordinal);

    private sealed class PublishesCat : IBatchEventHandler<Numbered>
    {
        public IEventPublisher Publisher { get; set; } = null!;

        public async ValueTask HandleAsync(EventBatch<Numbered> batch, CancellationToken cancellationToken) =>
            await Publisher.PublishAsync(new Cat("Tom"), cancellationToken: cancellationToken);
    }
}
