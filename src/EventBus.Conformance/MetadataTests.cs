using System.Diagnostics;
using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Payloads and metadata arrive as they were sent, also in a later attempt and to a reader.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class MetadataTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const string Unicode = "Grüße, 世界! \u200f🦊👩‍👩‍👧\u0001\t\r\n\"\\";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(1024 * 1024)]
    public async Task G12_Payload_ArrivesByteForByte(int length)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var member = await world.StartAsync(bus => bus.UseSerializer(new RawSerializer())
            .Subscription(group.Name).Handle<Blob>((_, _, _) => default));
        var data = new byte[length];
        for (var i = 0; i < length; i++)
        {
            data[i] = (byte)(i ^ (i >> 8) ^ (i >> 16));
        }

        await member.Publisher.PublishAsync(new Blob([.. data]));
        await group.HandledAsync(1);
        Assert.Equal(data, ((Blob)group.Handled[0].Event).Data);
    }

    [Fact]
    public async Task G12_TextAndEmptyEvents_ArriveAsTheyWere()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.Subscription(group.Name)
            .Handle<Text>((_, _, _) => default).Handle<Nothing>((_, _, _) => default));
        object[] events = [new Text(Unicode), new Text(string.Empty), new Text(new string('ß', 100_000)), new Nothing()];
        await world.PublishAllAsync(events);
        await group.HandledAsync(events);
    }

    [Fact]
    public async Task G12_Headers_ArriveAsTheyWere()
    {
        var headers = Enumerable.Range(0, 61).ToDictionary(number => $"x-header-{number}", number => $"{number} {Unicode}", StringComparer.Ordinal);
        headers["Case"] = "upper";
        headers["case"] = string.Empty;
        headers["large"] = new string('ü', 16_384);
        var seen = await PublishAndHandleAsync(new PublishOptions { Headers = headers });

        Assert.Equal(64, headers.Count);
        Assert.All(seen, envelope => Assert.Equal(headers.OrderBy(Name, StringComparer.Ordinal), envelope.Metadata.Headers.OrderBy(Name, StringComparer.Ordinal)));

        static string Name(KeyValuePair<string, string> header) => header.Key;
    }

    [Theory]
    [InlineData("0195c7a1-0000-7abc-8def-0123456789ab")]
    [InlineData("an id of somebody else: Ü/1")]
    public async Task G12_IdTimeSubjectAndKey_ArriveAsTheyWere(string id)
    {
        var time = new DateTimeOffset(2020, 2, 29, 23, 59, 59, 999, TimeSpan.FromHours(5.5)).AddTicks(1_234);
        var seen = await PublishAndHandleAsync(new PublishOptions { Id = id, Time = time, Subject = Unicode, Key = "Schlüssel 🔑" });

        Assert.All(seen, envelope =>
        {
            Assert.Equal(new EventIdentity(id), envelope.Id);
            Assert.Equal(time, envelope.Time);
            Assert.Equal(TimeSpan.Zero, envelope.Time.Offset);
            Assert.Equal(Unicode, envelope.Metadata.Subject);
            Assert.Equal("Schlüssel 🔑", envelope.Key);
        });
    }

    [Fact]
    public async Task G12_WhatThePublisherLeavesOut_IsFilledInAndArrives()
    {
        var before = TimeProvider.System.GetUtcNow();
        var seen = await PublishAndHandleAsync(null);
        var after = TimeProvider.System.GetUtcNow();

        var first = seen[0];
        Assert.True(first.Id.TryGetGuid(out var id) && id.Version == 7, $"{first.Id} is not a UUIDv7.");
        Assert.InRange(first.Time, before.AddSeconds(-1), after.AddSeconds(1));
        Assert.All(seen, envelope =>
        {
            Assert.Equal(first.Id, envelope.Id);
            Assert.Equal(first.Time, envelope.Time);
            Assert.Null(envelope.Key);
            Assert.Null(envelope.Metadata.Subject);
            Assert.Null(envelope.Metadata.CausationId);
            Assert.Empty(envelope.Metadata.Headers);
            Assert.Equal("conformance.numbered", envelope.Type);
            Assert.Equal(1, envelope.Metadata.Version);
            Assert.Equal("application/json", envelope.Metadata.DataContentType);
            Assert.Equal(first.Metadata.Source, envelope.Metadata.Source);
        });
    }

    [Fact]
    public async Task G12_TraceContext_ArrivesAsItWas()
    {
        using var activity = new Activity("conformance").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "vendor=one,other=two";
        activity.Start();
        var seen = await PublishAndHandleAsync(null);

        Assert.All(seen, envelope =>
        {
            Assert.Contains(activity.TraceId.ToHexString(), envelope.Metadata.TraceParent, StringComparison.Ordinal);
            Assert.Equal(activity.TraceStateString, envelope.Metadata.TraceState);
        });
    }

    [Fact]
    public async Task G12_EventPublishedInAHandler_CarriesTheTraceAndTheCause()
    {
        var world = await NewWorldAsync();
        var (causes, effects) = (world.Group("causes"), world.Group("effects"));
        await world.StartAsync(bus =>
        {
            bus.On(causes, async (@event, context, token) =>
                await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderPlaced(@event.Number), token))
                .WithConcurrency(4);
            bus.Subscription(effects.Name).Handle<OrderPlaced>((_, _, _) => default);
        });
        var traces = new Dictionary<int, ActivityTraceId>();
        for (var number = 0; number < 20; number++)
        {
            using var activity = new Activity("conformance").SetIdFormat(ActivityIdFormat.W3C).Start();
            traces[number] = activity.TraceId;
            await world.PublishAsync(new Numbered(number, $"key-{number}"));
        }

        await effects.HandledAsync(20);

        // An effect may be handled before its cause's handler has heard that it is stored.
        await causes.HandledAsync(20);
        var ids = causes.Handled.ToDictionary(seen => seen.Number, seen => seen.Envelope.Id);
        Assert.All(effects.Handled, effect =>
        {
            Assert.Equal(ids[effect.Number], effect.Envelope.Metadata.CausationId);
            Assert.Contains(traces[effect.Number].ToHexString(), effect.Envelope.Metadata.TraceParent, StringComparison.Ordinal);
        });
    }

    // What a first attempt, a second one and a reader see of one event.
    private async Task<Envelope[]> PublishAndHandleAsync(PublishOptions? options)
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => bus.On(group, (_, context, _) => context.Attempt == 1
            ? throw new InvalidOperationException("The first attempt fails on purpose.")
            : ValueTask.CompletedTask));
        await world.PublishAsync(new Numbered(1), options);
        await group.HandledAsync(1);
        var read = Assert.Single(await world.ReadAsync(world.NumberedTopic));
        return [group.Failed.Single().Seen.Envelope, group.Handled.Single().Envelope, read.Envelope];
    }
}
