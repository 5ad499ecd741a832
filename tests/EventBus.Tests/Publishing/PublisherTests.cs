using System.Diagnostics;
using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Publishing;

public sealed class PublisherTests
{
    [Fact]
    public async Task PublishAsync_WithoutOptions_StampsAUuidV7AndTheTime()
    {
        var seen = new Seen<Envelope>();
        await using var bus = await StartAsync(seen);
        var before = TimeProvider.System.GetUtcNow();

        await bus.Publisher.PublishAsync(new Numbered("k", 1), TestContext.Current.CancellationToken);

        var envelope = Assert.Single(await seen.CountAsync(1));
        Assert.True(envelope.Id.TryGetGuid(out var id));
        Assert.Equal(7, id.Version);
        Assert.InRange(envelope.Time, before, TimeProvider.System.GetUtcNow());
        Assert.Equal(envelope.Time.ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
        Assert.Equal(("number.drawn", "k", 1), (envelope.Type, envelope.Key, envelope.Metadata.Version));
        Assert.Equal("urn:eventbus:number.drawn:1", envelope.Metadata.DataSchema);
        Assert.Empty(envelope.Metadata.Headers);
        Assert.Null(envelope.Metadata.CausationId);
    }

    [Fact]
    public async Task PublishAsync_ManyTimes_NeverRepeatsAnId()
    {
        var seen = new Seen<EventIdentity>();
        await using var bus = await TestBus.StartAsync(bus => bus.AddNumbered().Subscription("s").Handle<Numbered>((_, context, _) =>
        {
            seen.Add(context.Id);
            return ValueTask.CompletedTask;
        }));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => bus.Publisher.PublishNumbersAsync("k", 2_500))));

        Assert.Equal(10_000, (await seen.CountAsync(10_000)).Distinct().Count());
    }

    [Fact]
    public async Task PublishAsync_WithOptions_CarriesThem()
    {
        var seen = new Seen<Envelope>();
        await using var bus = await StartAsync(seen);
        var headers = new Dictionary<string, string> { ["größe"] = "ä☃𝄞", ["empty"] = "" };
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));

        await bus.Publisher.PublishAsync(
            new Numbered("k", 1),
            new PublishOptions { Id = "order-1/7", Key = "other", Subject = "numbers", Time = time, Headers = headers },
            TestContext.Current.CancellationToken);
        headers["empty"] = "changed afterwards";

        var envelope = Assert.Single(await seen.CountAsync(1));
        Assert.Equal(new EventIdentity("order-1/7"), envelope.Id);
        Assert.Equal(("other", "numbers", time), (envelope.Key, envelope.Metadata.Subject, envelope.Time));
        Assert.Equal(new Dictionary<string, string> { ["größe"] = "ä☃𝄞", ["empty"] = "" }, envelope.Metadata.Headers);
    }

    [Fact]
    public async Task PublishAsync_UnregisteredType_ThrowsWithTheLineToAdd()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered());

        var thrown = await Assert.ThrowsAsync<EventBusException>(async () =>
            await bus.Publisher.PublishAsync(new Cat("Tom"), TestContext.Current.CancellationToken));

        Assert.Contains("bus.Event<Cat>(\"cat\");", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishAsync_InsideAHandler_CarriesCauseAndTrace()
    {
        var seen = new Seen<Envelope>();
        await using var bus = await TestBus.StartAsync(bus =>
        {
            bus.AddNumbered().AddAnimals();
            bus.Subscription("first").Handle<Numbered>(async (_, context, ct) =>
            {
                await Task.Yield();
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new Cat("Tom"), ct);
            });
            bus.Subscription("second").Handle<Cat>((_, context, _) => Note(seen, context)).Handle<Numbered>((_, context, _) => Note(seen, context));
        });

        using (new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            await bus.Publisher.PublishAsync(new Numbered("k", 1), TestContext.Current.CancellationToken);
        }

        var envelopes = await seen.CountAsync(2);
        var (cause, effect) = (envelopes.Single(e => e.Type == "number.drawn"), envelopes.Single(e => e.Type == "animal.cat"));
        Assert.Equal(cause.Id, effect.Metadata.CausationId);
        Assert.NotNull(cause.Metadata.TraceParent);
        Assert.Equal(cause.Metadata.TraceParent, effect.Metadata.TraceParent);
    }

    [Fact]
    public async Task PublishBatchAsync_OverSeveralTopics_KeepsOrderAndTellsPositions()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered().AddAnimals());
        object[] events = [new Numbered("k", 0), new Cat("Tom"), new Numbered("k", 1), new Dog("Rex"), new Cat("Kit")];

        var positions = await bus.Publisher.PublishBatchAsync(events, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["numbers/0@0", "animal.cat/0@0", "numbers/0@1", "animal.dog/0@0", "animal.cat/0@1"],
            positions.Select(position => position.ToString()));
    }

    [Fact]
    public async Task PublishBatchAsync_WithAnUnregisteredType_PublishesNothing()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered());
        object[] events = [new Numbered("k", 0), new Cat("Tom")];

        await Assert.ThrowsAsync<EventBusException>(async () =>
            await bus.Publisher.PublishBatchAsync(events, TestContext.Current.CancellationToken));

        Assert.Equal(0, (await bus.Publisher.PublishAsync(new Numbered("k", 1), TestContext.Current.CancellationToken)).Offset.CompareTo(default));
    }

    [Fact]
    public async Task PublishBatchAsync_OfNothing_ReturnsNothing()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered());

        Assert.Empty(await bus.Publisher.PublishBatchAsync(Array.Empty<Numbered>(), TestContext.Current.CancellationToken));
    }

    private static Task<TestBus> StartAsync(Seen<Envelope> seen) => TestBus.StartAsync(bus =>
        bus.AddNumbered().Subscription("s").Handle<Numbered>((_, context, _) => Note(seen, context)));

    private static ValueTask Note(Seen<Envelope> seen, EventContext context)
    {
        seen.Add(context.Envelope);
        return ValueTask.CompletedTask;
    }
}
