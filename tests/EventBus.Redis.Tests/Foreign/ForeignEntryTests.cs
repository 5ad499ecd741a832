using System.Text;
using System.Text.Json;
using EventBus.DeadLetters;
using EventBus.Redis.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace EventBus.Redis.Tests.Foreign;

/// <summary>What others than a bus put on the server, by hand or by another program.</summary>
public sealed class ForeignEntryTests
{
    [Fact]
    public async Task EntryWithoutAnEventsFields_IsADeadLetterWithItsFields_AndTheOthersGoOn()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(server.Address, tally, OnePartition);
        await bus.PublishAsync([new Counted("key", 0)]);
        var id = await admin.GetDatabase().StreamAddAsync(
            RedisPlaces.Stream(Counted.Topic, 0), [new("temperature", "21.5"), new("place", "Zürich"), new("raw", new byte[] { 0xff, 0x00 })]);
        await bus.PublishAsync([new Counted("key", 1)]);

        await tally.HandledAsync([new Counted("key", 0), new Counted("key", 1)], bus.Log);
        await Eventually.TrueAsync(async () => await bus.CountDeadAsync() == 1, () => $"the entry to be a dead letter{bus.Log}");
        DeadLetter? letter = null;
        await foreach (var found in bus.DeadLetters.ReadAsync(RunBus.Group, cancellationToken: TestContext.Current.CancellationToken))
        {
            letter = found;
        }

        using var fields = JsonDocument.Parse(letter!.Envelope.Data);
        Assert.Equal("21.5", fields.RootElement.GetProperty("temperature").GetString());
        Assert.Equal("Zürich", fields.RootElement.GetProperty("place").GetString());
        Assert.Equal(new byte[] { 0xff, 0x00 }, fields.RootElement.GetProperty("raw;base64").GetBytesFromBase64());
        Assert.Equal(id.ToString(), $"{letter.Origin.Offset.Major}-{letter.Origin.Offset.Minor}");
        await bus.SettledAsync();
    }

    [Fact]
    public async Task EntryWithTheAttributesInFieldsOfTheirOwn_IsHandled()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var tally = new Tally();
        var seen = new TaskCompletionSource<Envelope>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bus = await RunBuses.StartAsync(server.Address, tally, OnePartition, handler: (_, context, _) =>
        {
            seen.TrySetResult(context.Envelope);
            return ValueTask.CompletedTask;
        });

        await admin.GetDatabase().StreamAddAsync(RedisPlaces.Stream(Counted.Topic, 0),
        [
            new("id", "by-hand-1"), new("type", Counted.Topic), new("source", "/by-hand"), new("time", "2026-01-31T12:00:00Z"),
            new("partitionkey", "key"), new("data", """{"key":"key","number":7}"""), new("header:colour", "blue"),
        ]);

        var envelope = await seen.Task.Within();
        await tally.HandledAsync([new Counted("key", 7)], bus.Log);
        Assert.Equal(new EventIdentity("by-hand-1"), envelope.Id);
        Assert.Equal("/by-hand", envelope.Metadata.Source);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), envelope.Time);
        Assert.Equal("key", envelope.Key);
        Assert.Equal("blue", envelope.Metadata.Headers["colour"]);
        await bus.SettledAsync();
    }

    [Fact]
    public async Task KeyOfAnotherType_WhereAStreamShouldBe_IsToldToPublishersAndAtTheStart()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        await admin.GetDatabase().StringSetAsync(RedisPlaces.Stream(Counted.Topic, 0), "somebody else's");
        await using var publisher = RunBuses.Create(server.Address, settings: OnePartition);

        var unpublished = await Assert.ThrowsAsync<PublishException>(
            async () => await publisher.Publisher.PublishAsync(new Counted("key", 0), TestContext.Current.CancellationToken));
        var unstarted = await Assert.ThrowsAnyAsync<EventBusException>(() => RunBuses.StartAsync(server.Address, new Tally(), OnePartition));

        Assert.Contains("another type", unpublished.Message, StringComparison.Ordinal);
        Assert.False(unpublished.IsOutage);
        Assert.Contains("another type", unstarted.Message, StringComparison.Ordinal);
        Assert.Contains(RedisPlaces.Stream(Counted.Topic, 0).ToString(), unstarted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyOfAnotherType_WhereATopicAppears_LeavesTheOtherTopicsAlone()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(server.Address, tally, OnePartition, static bus => bus.Subscription(RunBus.Group).Topics(">"));
        await admin.GetDatabase().StringSetAsync(RedisPlaces.Stream("other", 0), "somebody else's");
        await admin.GetDatabase().HashSetAsync(RedisPlaces.Topics, "other", 1);
        await admin.GetDatabase().PublishAsync(RedisChannel.Literal("eventbus:topics"), "other");

        await Eventually.TrueAsync(
            () => bus.Log.Lines.Any(static line => line.Text.Contains("another type", StringComparison.Ordinal)), () => $"the bus to tell{bus.Log}");
        await bus.PublishAsync([new Counted("key", 0)]);
        await tally.HandledAsync([new Counted("key", 0)], bus.Log);
        await admin.GetDatabase().KeyDeleteAsync(RedisPlaces.Stream("other", 0));
        await admin.GetDatabase().StreamAddAsync(
            RedisPlaces.Stream("other", 0), [new("id", "1"), new("type", Counted.Topic), new("data", Encoding.UTF8.GetBytes("""{"key":"key","number":1}"""))]);
        await tally.HandledAsync([new Counted("key", 1)], bus.Log);
    }

    private static void OnePartition(RedisOptions options)
    {
        options.Partitions = 1;
        options.MemberTimeout = TimeSpan.FromSeconds(2);
    }
}
