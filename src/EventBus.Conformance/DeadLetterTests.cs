using System.Runtime.CompilerServices;
using System.Diagnostics;
using System.Text;
using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;
using EventBus.DeadLetters;

namespace EventBus.Conformance;

/// <summary>What a group gives up: kept whole with its cause, looked at, sent again to that group alone, or discarded.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class DeadLetterTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    [Fact]
    public async Task G5_EventGivenUp_IsADeadLetterWithItsCauseAndTheOthersGoOn()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var start = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);
        await world.StartAsync(bus => GivingUp(bus, group, @event => @event.Number == 3, attempts: 3));
        var events = Numbered.OfOneKey(10);
        var positions = await world.PublishAllAsync(events);

        await group.HandledAsync(events.Where(@event => @event.Number != 3).ToArray());
        var letter = Assert.Single(await LettersAsync(world, group, 1));

        Assert.Equal((group.Name, positions[3], 3, 0), (letter.Subscription, letter.Origin, letter.Attempts, letter.Redrives));
        Assert.Equal((typeof(InvalidOperationException).FullName, "It fails on purpose."), (letter.ExceptionType, letter.ExceptionMessage));
        Assert.Contains(nameof(GivingUp), letter.StackTrace, StringComparison.Ordinal);
        Assert.NotEmpty(letter.Handler);
        Assert.InRange(letter.FirstFailure, start, letter.LastFailure);
        Assert.InRange(letter.LastFailure, start, TimeProvider.System.GetUtcNow());
        Assert.Equal("""{"number":3,"key":"key-0"}""", Encoding.UTF8.GetString(BytesOf(letter.Envelope)));
    }

    [Fact]
    public async Task G5_Undecodable_IsADeadLetterAtOnceWithItsBytes()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var writer = world.Create(bus => bus.Event("conformance.misread", ConformanceJson.Default.Written, world.Topic("misread")));
        await world.StartAsync(bus => bus.Event("conformance.misread", ConformanceJson.Default.Misread, world.Topic("misread"))
            .Subscription(group.Name).WithDeadLetters()
            .Handle<Misread>((_, _, _) => ValueTask.CompletedTask).Handle<Numbered>((_, _, _) => ValueTask.CompletedTask));

        await writer.Publisher.PublishAsync(new Written("Grüße"));
        await world.PublishAsync(new Numbered(1));

        var letter = Assert.Single(await LettersAsync(world, group, 1));
        Assert.Equal((1, "conformance.misread"), (letter.Attempts, letter.Envelope.Type));
        Assert.Contains("Json", letter.ExceptionType, StringComparison.Ordinal);
        var bytes = BytesOf(letter.Envelope);
        Assert.Equal(new Written("Grüße"), System.Text.Json.JsonSerializer.Deserialize(bytes, Web.Written));
        await group.HandledAsync([new Numbered(1)]);
    }

    [Fact]
    public async Task G12_DeadLetterAndRedrive_KeepTheEventAsItWas()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => GivingUp(bus, group, _ => true, attempts: 1, until: 1));
        var options = new PublishOptions
        {
            Id = "an id of somebody else: Ü/1",
            Time = new DateTimeOffset(2020, 2, 29, 23, 59, 59, 999, TimeSpan.Zero).AddTicks(1_234),
            Subject = "世界",
            Headers = new Dictionary<string, string> { ["x"] = "🦊\r\n", ["empty"] = string.Empty, ["large"] = new('ü', 16_384) },
        };
        using var activity = new Activity("publishing").SetIdFormat(ActivityIdFormat.W3C).Start();
        var position = await world.PublishAsync(new Numbered(1, "Schlüssel"), options);
        var letter = Assert.Single(await LettersAsync(world, group, 1));

        Assert.Equal(1, await world.Outside.DeadLetters.RedriveAsync(group.Name, new DeadLetterQuery()));
        await group.HandledAsync(1);

        var published = Assert.Single(await world.ReadAsync(world.NumberedTopic)).Envelope;
        Assert.All([letter.Envelope, group.Handled[0].Envelope], seen =>
        {
            Assert.Equal((published.Id, published.Time, published.Key, published.Type), (seen.Id, seen.Time, seen.Key, seen.Type));
            Assert.Equal(BytesOf(published), BytesOf(seen));
            Assert.Equal(
                (published.Metadata.Subject, published.Metadata.Source, published.Metadata.DataContentType, published.Metadata.DataSchema, published.Metadata.TraceParent),
                (seen.Metadata.Subject, seen.Metadata.Source, seen.Metadata.DataContentType, seen.Metadata.DataSchema, seen.Metadata.TraceParent));
            Assert.Equal(options.Headers.OrderBy(header => header.Key, StringComparer.Ordinal), seen.Metadata.Headers.OrderBy(header => header.Key, StringComparer.Ordinal));
        });
        Assert.Equal(position, group.Handled[0].Position);
    }

    [Fact]
    public async Task G5_Redrive_ReachesItsGroupAloneWithAllItsAttempts()
    {
        var world = await NewWorldAsync();
        var (group, other) = (world.Group(), world.Group("other"));
        await world.StartAsync(bus =>
        {
            GivingUp(bus, group, @event => @event.Number % 4 == 0, attempts: 2, until: 2);
            bus.On(other);
        });
        var events = Numbered.OfKeys(keys: 3, count: 20);
        await world.PublishAllAsync(events);
        await LettersAsync(world, group, 5);

        Assert.Equal(5, await world.Outside.DeadLetters.RedriveAsync(group.Name, new DeadLetterQuery()));
        var again = await LettersAsync(world, group, 5);
        Assert.All(again, letter => Assert.Equal((1, 2), (letter.Redrives, letter.Attempts)));
        Assert.Equal(5, await world.Outside.DeadLetters.RedriveAsync(group.Name, new DeadLetterQuery()));

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnce(events);
        other.AssertEachOnceInOrder(events);
        Assert.Empty(await ReadAsync(world, group));
    }

    [Fact]
    public async Task G5_RedriveToAGroupWithoutMembers_WaitsForOne()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        var first = await world.StartAsync(bus => GivingUp(bus, group, _ => true, attempts: 1));
        var events = Numbered.OfKeys(keys: 2, count: 10);
        await world.PublishAllAsync(events);
        await LettersAsync(world, group, 10);
        await first.StopAsync();

        Assert.Equal(10, await world.Outside.DeadLetters.RedriveAsync(group.Name, new DeadLetterQuery()));
        await world.StartAsync(bus => GivingUp(bus, group, _ => false, attempts: 1));

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachOnceInOrder(events);
    }

    [Fact]
    public async Task G5_Discarded_IsGoneAndItsReasonKept()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => GivingUp(bus, group, _ => true, attempts: 1));
        await world.PublishAllAsync(Numbered.OfKeys(keys: 2, count: 4));
        await LettersAsync(world, group, 4);

        Assert.Equal(2, await world.Outside.DeadLetters.DiscardAsync(group.Name, new DeadLetterQuery { Key = "key-1" }, "A test."));

        Assert.All(await ReadAsync(world, group), letter => Assert.Equal("key-0", letter.Envelope.Key));
        Assert.Equal(2, await world.Outside.DeadLetters.CountAsync(group.Name));
        var discarded = await ReadAsync(world, group, new DeadLetterQuery { Settled = true });
        Assert.Equal(["A test.", "A test."], discarded.Select(letter => letter.Reason));
    }

    [Fact]
    public async Task G5_PoisonEverywhere_EveryEventIsHandledOrDead()
    {
        var world = await NewWorldAsync(new WorldOptions { Partitions = 4 });
        var group = world.Group();
        await world.StartAsync(3, group, bus => GivingUp(bus, group, @event => @event.Number % 7 == 0, attempts: 2).WithConcurrency(4));
        var events = Numbered.OfKeys(keys: 16, count: 210);
        await world.PublishBatchAsync(events);

        await group.HandledAsync(events.Where(@event => @event.Number % 7 != 0).ToArray());
        await LettersAsync(world, group, 30);
        await world.StopMembersAsync();
        var dead = await ReadAsync(world, group);

        group.AssertOrder([.. events.Where(@event => @event.Number % 7 != 0)]);
        Assert.Equal(180, group.Handled.Count);
        Assert.Equal(
            events.Where(@event => @event.Number % 7 == 0).Select(@event => @event.Number),
            dead.Select(letter => Assert.IsType<Numbered>(letter.Envelope.Value).Number).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task G5_KeepKeyOrder_LaterEventsWaitAndThenRunInOrder(int members)
    {
        Needs(Can.KeyOrder, nameof(Can.KeyOrder));
        var world = await NewWorldAsync(new WorldOptions { Partitions = 4 });
        var group = world.Group();
        var gate = new Gate();
        await world.StartAsync(members, group, bus => GivingUp(
            bus, group, @event => @event.Key is "key-1" or "key-2" && @event.Number is >= 4 and < 8 && !gate.IsOpen, attempts: 1, keepKeyOrder: true)
            .WithConcurrency(4));
        var events = Numbered.OfKeys(keys: 4, count: 40);
        await world.PublishAllAsync(events);
        await group.HandledAsync(events.Where(@event => @event.Key is "key-0" or "key-3" || @event.Number < 4).ToArray());
        await world.EventuallyAsync(
            async () => await world.Outside.DeadLetters.CountAsync(group.Name, new DeadLetterQuery { IncludeParked = true }) == 18,
            () => "two dead letters with eight events behind each");
        Assert.Equal(2, await world.Outside.DeadLetters.CountAsync(group.Name));

        gate.Open();
        await world.Outside.DeadLetters.RedriveAsync(group.Name, new DeadLetterQuery { Key = "key-1" });
        await world.Outside.DeadLetters.DiscardAsync(group.Name, new DeadLetterQuery { Key = "key-2" }, "A test.");
        var more = Numbered.OfKeys(keys: 4, count: 40, from: 40);
        await world.PublishAllAsync(more);

        Numbered[] all = [.. events.Concat(more).Where(@event => @event is not { Key: "key-2", Number: 6 })];
        await group.HandledAsync(all);
        await world.StopMembersAsync();
        group.AssertEachAtLeastOnce(all);
        group.AssertOrder(all);
        Assert.Equal(0, await world.Outside.DeadLetters.CountAsync(group.Name, new DeadLetterQuery { IncludeParked = true }));
    }

    [Fact]
    public async Task G5_KeepKeyOrder_TheNextMemberKnowsWhatIsParked()
    {
        Needs(Can.KeyOrder, nameof(Can.KeyOrder));
        Needs(Can.Kill, nameof(Can.Kill));
        var world = await NewWorldAsync();
        var group = world.Group();
        var gate = new Gate();
        var first = await world.StartAsync(Configure);
        var events = Numbered.OfOneKey(10);
        await world.PublishAllAsync(events[..5]);
        await UntilOpenAsync(5);
        await first.KillAsync();

        await world.StartAsync(Configure);
        await world.PublishAllAsync(events[5..]);
        await UntilOpenAsync(10);
        Assert.Empty(group.Handled);
        gate.Open();
        await world.Outside.DeadLetters.RedriveAsync(group.Name, new DeadLetterQuery());

        await group.HandledAsync(events);
        await world.StopMembersAsync();
        group.AssertEachAtLeastOnce(events);
        group.AssertOrder(events);

        void Configure(EventBusBuilder bus) => GivingUp(bus, group, _ => !gate.IsOpen, attempts: 1, keepKeyOrder: true);

        Task UntilOpenAsync(int count) => world.EventuallyAsync(
            async () =>
            {
                var letters = await ReadAsync(world, group, new DeadLetterQuery { IncludeParked = true });
                return letters.Select(letter => letter.Origin).Distinct().Count() == count;
            },
            () => $"{count} events to be dead or parked");
    }

    // Fails the events until they have been redriven so often.
    private static SubscriptionBuilder GivingUp(
        EventBusBuilder bus, Group group, Func<Numbered, bool> fails, int attempts, int until = int.MaxValue, bool keepKeyOrder = false) =>
        bus.On(group, (@event, context, _) => fails(@event) && context.Redrives < until
                ? GivingUp()
                : ValueTask.CompletedTask)
            .WithRetry(retry => (retry.Attempts, retry.Delay) = (attempts, TimeSpan.FromMilliseconds(5)))
            .WithDeadLetters(keepKeyOrder);

    // A function of its own, which stands in the stack trace however the handler is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ValueTask GivingUp() => throw new InvalidOperationException("It fails on purpose.");

    private static async Task<List<DeadLetter>> LettersAsync(World world, Group group, int count)
    {
        List<DeadLetter> letters = [];
        await world.EventuallyAsync(
            async () => (letters = await ReadAsync(world, group)).Count >= count,
            () => $"{count} dead letters; there are {letters.Count}: {string.Join("; ", letters)}");
        return letters;
    }

    private static async Task<List<DeadLetter>> ReadAsync(World world, Group group, DeadLetterQuery? query = null)
    {
        using var limit = new CancellationTokenSource(world.Deadline, TimeProvider.System);
        var letters = new List<DeadLetter>();
        await foreach (var letter in world.Outside.DeadLetters.ReadAsync(group.Name, query, limit.Token))
        {
            letters.Add(letter);
        }

        return letters;
    }

    private static byte[] BytesOf(in Envelope envelope)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        envelope.WriteDataTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static ConformanceJson Web { get; } = new(new System.Text.Json.JsonSerializerOptions(System.Text.Json.JsonSerializerDefaults.Web));
}
