using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Testing.Tests.Faults;

/// <summary>The plan's own promises; that a bus bears its faults is shown by the conformance suite.</summary>
public sealed class FaultPlanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Injected_SameSeed_SameFaultsInTheSameOrderOfEachStream()
    {
        var first = await RunAsync(seed: 7);
        var second = await RunAsync(seed: 7);

        Assert.NotEmpty(first);
        Assert.Equal(first, second);
        Assert.NotEqual(first, await RunAsync(seed: 8));
    }

    [Fact]
    public async Task Injected_AnotherRateChanged_TheOthersStay()
    {
        var few = (await RunAsync(seed: 3, duplicates: 0)).Where(fault => fault.Kind == FaultKind.PublishError);
        var more = (await RunAsync(seed: 3, duplicates: 0.5)).Where(fault => fault.Kind == FaultKind.PublishError);

        Assert.Equal(few, more);
    }

    [Fact]
    public async Task PublishErrors_All_NothingIsStored()
    {
        await using var transport = new FaultPlan { PublishErrors = 1 }.Wrap(new InMemoryBroker().CreateTransport());

        var error = await Assert.ThrowsAsync<PublishException>(() => transport.AppendAsync("t", Events.Keyed(1, "k"), Token).AsTask());

        Assert.False(error.IsOutage);
        Assert.Empty(await Events.ReadAsync(transport));
    }

    [Fact]
    public async Task PublishErrors_OfABatch_StoredTellsHowManyFirstOnes()
    {
        var plan = new FaultPlan(5) { PublishErrors = 1 };
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        var stored = 0;
        for (var batch = 0; batch < 10; batch++)
        {
            var error = await Assert.ThrowsAsync<PublishException>(
                () => transport.AppendAsync("t", Enumerable.Range(0, 8).Select(i => Events.Keyed(i, "k")).ToArray(), new Position[8], Token).AsTask());
            stored += error.Stored;
            Assert.InRange(error.Stored, 0, 7);
            Assert.Equal(stored, (await Events.ReadAsync(transport)).Count);
        }

        Assert.NotEqual(0, stored);
    }

    [Fact]
    public async Task LostAcknowledgements_All_StoredAndFailed()
    {
        await using var transport = new FaultPlan { LostAcknowledgements = 1 }.Wrap(new InMemoryBroker().CreateTransport());

        var error = await Assert.ThrowsAsync<PublishException>(() => transport.AppendAsync("t", Events.Keyed(1, "k"), Token).AsTask());

        Assert.Equal(0, error.Stored);
        Assert.Single(await Events.ReadAsync(transport));
    }

    [Fact]
    public async Task Duplicates_All_StoredTwiceUnderOneId()
    {
        await using var transport = new FaultPlan { Duplicates = 1 }.Wrap(new InMemoryBroker().CreateTransport());

        await transport.AppendAsync("t", Events.Keyed(1, "k"), Token);
        await transport.AppendAsync("t", Events.Keyed(2, "k"), Token);

        var stored = await Events.ReadAsync(transport);
        Assert.Equal([1, 1, 2, 2], stored.Select(entry => (int)entry.Envelope.Data.Span[0]));
        Assert.Equal(2, stored.Select(entry => entry.Envelope.Id).Distinct().Count());
    }

    [Fact]
    public async Task Delays_ConcurrentPublishes_OvertakeAcrossKeysOnly()
    {
        var plan = new FaultPlan(1) { Delays = 0.5, LongestDelay = TimeSpan.FromMilliseconds(30) };
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        var published = Enumerable.Range(0, 60).Select(i => Events.Keyed(i, $"k{i % 6}")).ToArray();

        await Task.WhenAll(published.Select(envelope => transport.AppendAsync("t", envelope, Token).AsTask()));

        var stored = (await Events.ReadAsync(transport)).ConvertAll(entry => entry.Envelope);
        Assert.NotEqual(published.Select(envelope => envelope.Id), stored.Select(envelope => envelope.Id));
        Assert.All(published.GroupBy(envelope => envelope.Key), key => Assert.Equal(
            key.Select(envelope => envelope.Id),
            stored.Where(envelope => envelope.Key == key.Key).Select(envelope => envelope.Id)));
    }

    [Fact]
    public async Task Reorderings_All_ChangeTheOrderAcrossKeysOnly()
    {
        await using var transport = new FaultPlan(1) { Reorderings = 1 }.Wrap(new InMemoryBroker().CreateTransport());
        await using var consumer = await transport.OpenConsumerAsync(Events.Request(), Token);
        for (var i = 0; i < 30; i++)
        {
            await transport.AppendAsync("t", Events.Keyed(i, $"k{i % 3}"), Token);
        }

        var buffer = new ReceivedEvent[30];
        Assert.Equal(30, await consumer.ReceiveAsync(buffer, Token));

        Assert.NotEqual(buffer.Select(received => received.Offset).Order(), buffer.Select(received => received.Offset));
        Assert.Equal(30, buffer.Select(received => received.Offset).Distinct().Count());
        Assert.All(
            buffer.GroupBy(received => received.Envelope.Key),
            key => Assert.Equal(key.Select(received => received.Offset).Order(), key.Select(received => received.Offset)));
    }

    [Fact]
    public async Task ReceiveErrors_All_NothingIsHandedOutAndNothingIsLost()
    {
        var broker = new InMemoryBroker();
        await using var failing = new FaultPlan { ReceiveErrors = 1 }.Wrap(broker.CreateTransport());
        await failing.AppendAsync("t", Events.Keyed(1, "k"), Token);
        await using (var consumer = await failing.OpenConsumerAsync(Events.Request(), Token))
        {
            await Assert.ThrowsAsync<EventBusException>(() => consumer.ReceiveAsync(new ReceivedEvent[4], Token).AsTask());
        }

        await using var sound = broker.CreateTransport();
        await using var next = await sound.OpenConsumerAsync(Events.Request(), Token);
        Assert.Equal(1, await next.ReceiveAsync(new ReceivedEvent[4], Token));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Rates_OutOfRange_AreRefused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaultPlan { Delays = rate });

    private static async Task<InjectedFault[]> RunAsync(int seed, double duplicates = 0.3)
    {
        var plan = new FaultPlan(seed) { PublishErrors = 0.3, LostAcknowledgements = 0.2, Duplicates = duplicates };
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());

        // Four publishers at once, each with a key of its own: however they interleave, each key has its own faults.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(key => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                try
                {
                    await transport.AppendAsync("t", Events.Keyed(i, $"k{key}"), Token);
                }
                catch (PublishException)
                {
                    // The fault that is looked for.
                }
            }
        })));
        return [.. plan.Injected.OrderBy(fault => fault.Stream, StringComparer.Ordinal)];
    }
}
