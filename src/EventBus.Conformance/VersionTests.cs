using System.Globalization;
using System.Text.Json.Nodes;
using EventBus.Conformance.Events;
using EventBus.Conformance.Worlds;

namespace EventBus.Conformance;

/// <summary>Several versions of one contract are published and handled at once.</summary>
/// <inheritdoc cref="ConformanceTests{TFixture}"/>
public abstract class VersionTests<TFixture>(TFixture fixture) : ConformanceTests<TFixture>(fixture)
    where TFixture : TransportFixture
{
    private const string Contract = "conformance.amount";
    private const int Rounds = 10;

    [Fact]
    public async Task Versions_GroupOfTheNewest_GetsAllUpcast()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => Third(world, bus).Subscription(group.Name).Handle<AmountV3>((_, _, _) => default));

        await PublishAllAsync(world);

        var expected = Enumerable.Range(0, 3 * Rounds)
            .Select(number => new AmountV3(number, number + 0.5m, number % 3 == 2 ? "USD" : "EUR")).ToArray();
        await group.HandledAsync(expected);
        group.AssertEachOnce(expected);
        Assert.All(group.Handled, seen => Assert.Equal((seen.Number % 3) + 1, seen.Envelope.Metadata.Version));
    }

    [Fact]
    public async Task Versions_GroupsOfEachVersion_GoOnSideBySide()
    {
        var world = await NewWorldAsync();
        var (old, current) = (world.Group("old"), world.Group("current"));
        await world.StartAsync(bus => Second(world, bus).Subscription(old.Name).Handle<AmountV2>((_, _, _) => default));
        await world.StartAsync(bus => Third(world, bus).Subscription(current.Name).Handle<AmountV3>((_, _, _) => default));

        await PublishAllAsync(world);

        // What the third version added is nothing to the second, which ignores it.
        AmountV2[] expected = [.. Enumerable.Range(0, 3 * Rounds).Select(number => new AmountV2(number, number + 0.5m))];
        await old.HandledAsync(expected);
        await current.HandledAsync(3 * Rounds);
        old.AssertEachOnce(expected);
    }

    [Fact]
    public async Task Versions_RetriedEvent_IsUpcastAgain()
    {
        var world = await NewWorldAsync();
        var group = world.Group();
        await world.StartAsync(bus => Third(world, bus).Subscription(group.Name).Handle<AmountV3>((_, context, _) => context.Attempt == 1
            ? throw new InvalidOperationException("The first attempt fails on purpose.")
            : ValueTask.CompletedTask));
        var first = world.Create(bus => bus.Event(Contract, ConformanceJson.Default.AmountV1, world.Topic("amount"), version: 1));

        await first.Publisher.PublishAsync(new AmountV1(1, "1.5"));

        await group.HandledAsync([new AmountV3(1, 1.5m, "EUR")]);
    }

    [Fact]
    public async Task Versions_Reader_GetsAllUpcast()
    {
        var world = await NewWorldAsync();
        await PublishAllAsync(world);
        var reader = world.Create(bus => Third(world, bus));
        using var limit = new CancellationTokenSource(world.Deadline, TimeProvider.System);
        List<AmountV3> read = [];
        await foreach (var entry in reader.Log.ReadAsync(world.Topic("amount"), SeekTarget.Earliest, cancellationToken: limit.Token))
        {
            read.Add(Assert.IsType<AmountV3>(entry.Envelope.Value));
        }

        Assert.Equal(Enumerable.Range(0, 3 * Rounds), read.Select(amount => amount.Number).Order());
        Assert.All(read, amount => Assert.Equal(amount.Number + 0.5m, amount.Amount));
    }

    private static EventBusBuilder Second(World world, EventBusBuilder bus) => bus
        .Event(Contract, ConformanceJson.Default.AmountV2, world.Topic("amount"), version: 2)
        .Upcast(Contract, from: 1, ToNumber);

    private static EventBusBuilder Third(World world, EventBusBuilder bus) => bus
        .Event(Contract, ConformanceJson.Default.AmountV3, world.Topic("amount"), version: 3)
        .Upcast(Contract, from: 1, ToNumber)
        .Upcast(Contract, from: 2, data =>
        {
            data["Currency"] = "EUR";
            return data;
        });

    private static JsonObject ToNumber(JsonObject data)
    {
        data["Amount"] = decimal.Parse((string)data["Amount"]!, CultureInfo.InvariantCulture);
        return data;
    }

    // Three publishers, each of which knows its own version and no other.
    private static async Task PublishAllAsync(World world)
    {
        var topic = world.Topic("amount");
        var first = world.Create(bus => bus.Event(Contract, ConformanceJson.Default.AmountV1, topic, version: 1));
        var second = world.Create(bus => bus.Event(Contract, ConformanceJson.Default.AmountV2, topic, version: 2));
        var third = world.Create(bus => bus.Event(Contract, ConformanceJson.Default.AmountV3, topic, version: 3));
        for (var number = 0; number < 3 * Rounds; number += 3)
        {
            await first.Publisher.PublishAsync(new AmountV1(number, string.Create(CultureInfo.InvariantCulture, $"{number + 0.5m}")));
            await second.Publisher.PublishAsync(new AmountV2(number + 1, number + 1.5m));
            await third.Publisher.PublishAsync(new AmountV3(number + 2, number + 2.5m, "USD"));
        }
    }
}
