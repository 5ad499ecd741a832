using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Testing.Tests.Faults;

/// <summary>What a transport does while its broker is cut off, and what it can do at all.</summary>
public sealed class CutTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cut_WaitingConsumer_IsThrownOutForGood()
    {
        var plan = new FaultPlan();
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        await using var consumer = await transport.OpenConsumerAsync(Events.Request(), Token);
        var receiving = consumer.ReceiveAsync(new ReceivedEvent[1], Token).AsTask();

        plan.Cut();
        plan.Restore();

        var error = await Assert.ThrowsAsync<EventBusException>(() => receiving);
        Assert.Contains("away", error.Message, StringComparison.Ordinal);
        await transport.AppendAsync("t", Events.Keyed(1, "k"), Token);
        await Assert.ThrowsAsync<EventBusException>(() => consumer.ReceiveAsync(new ReceivedEvent[1], Token).AsTask());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Cut_SettledAfterIt_IsLostAndComesAgain(bool cut, int expected)
    {
        var plan = new FaultPlan();
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        await transport.AppendAsync("t", Events.Keyed(1, "k"), Token);
        await transport.AppendAsync("t", Events.Keyed(2, "k"), Token);
        var buffer = new ReceivedEvent[4];
        await using (var consumer = await transport.OpenConsumerAsync(Events.Request(), Token))
        {
            Assert.Equal(2, await consumer.ReceiveAsync(buffer, Token));
            if (cut)
            {
                plan.Cut();
            }

            consumer.Settle(buffer[0].Assignment, buffer[0].Offset);
            plan.Restore();
        }

        await using var next = await transport.OpenConsumerAsync(Events.Request(), Token);
        Assert.Equal(expected, await next.ReceiveAsync(buffer, Token));
    }

    [Fact]
    public async Task Cut_WhatAsksTheBroker_Fails()
    {
        var plan = new FaultPlan { PublishTimeout = TimeSpan.Zero };
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        await transport.AppendAsync("t", Events.Keyed(1, "k"), Token);
        plan.Cut();
        Assert.True(plan.IsCut);

        await Assert.ThrowsAsync<EventBusException>(() => transport.OpenConsumerAsync(Events.Request(), Token).AsTask());
        await Assert.ThrowsAsync<EventBusException>(() => Events.ReadAsync(transport));
        await Assert.ThrowsAsync<EventBusException>(() => ((ILagTransport)transport).GetLagAsync("g", Token).AsTask());
        await Assert.ThrowsAsync<EventBusException>(
            () => ((ISeekableTransport)transport).SeekAsync("g", "t", SeekTarget.Earliest, Token).AsTask());
        Assert.True((await Assert.ThrowsAsync<PublishException>(
            () => transport.AppendAsync("t", Events.Keyed(2, "k"), Token).AsTask())).IsOutage);

        plan.Restore();
        Assert.False(plan.IsCut);
        Assert.Single(await Events.ReadAsync(transport));
    }

    [Fact]
    public async Task Cut_ReaderThatFollows_Fails()
    {
        var plan = new FaultPlan();
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        await using var reader = transport.ReadAsync("t", SeekTarget.Earliest, follow: true, Token).GetAsyncEnumerator(Token);
        var next = reader.MoveNextAsync().AsTask();

        plan.Cut();

        await Assert.ThrowsAsync<EventBusException>(() => next);
    }

    [Fact]
    public async Task Dispose_WhilePublishingWaits_EndsIt()
    {
        var plan = new FaultPlan { PublishTimeout = TimeSpan.FromHours(1) };
        var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        plan.Cut();
        var publishing = transport.AppendAsync("t", Events.Keyed(1, "k"), Token).AsTask();

        await transport.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => publishing);
    }

    [Fact]
    public async Task CancelledWhileWaiting_LaterOnesOfTheKeyGoOnBehindTheEarlier()
    {
        var plan = new FaultPlan();
        await using var transport = plan.Wrap(new InMemoryBroker().CreateTransport());
        using var giveUp = new CancellationTokenSource();
        plan.Cut();
        var first = transport.AppendAsync("t", Events.Keyed(1, "k"), Token).AsTask();
        var second = transport.AppendAsync("t", Events.Keyed(2, "k"), giveUp.Token).AsTask();
        var third = transport.AppendAsync("t", Events.Keyed(3, "k"), Token).AsTask();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        plan.Restore();
        await Task.WhenAll(first, third);

        Assert.Equal([1, 3], (await Events.ReadAsync(transport)).Select(entry => (int)entry.Envelope.Data.Span[0]));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Wrap_Abilities_AreThoseOfTheTransport(bool seek, bool lag)
    {
        var wrapped = new FaultPlan().Wrap(BareTransport.With(seek, lag));

        Assert.Equal((seek, lag), (wrapped is ISeekableTransport, wrapped is ILagTransport));
    }
}
