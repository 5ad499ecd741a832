using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

/// <summary>A member of a group, with what a test does with one.</summary>
internal sealed class Member(ITransportConsumer consumer)
{
    public ITransportConsumer Consumer => consumer;

    /// <summary>Receives so many events, in as many calls as it takes.</summary>
    public async Task<List<ReceivedEvent>> ReceiveAsync(int count)
    {
        var received = new List<ReceivedEvent>();
        while (received.Count < count)
        {
            var buffer = new ReceivedEvent[count - received.Count];
            var filled = await Rig.SoonAsync(
                consumer.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask());
            received.AddRange(buffer.AsSpan(0, filled));
        }

        return received;
    }

    public async Task<IReadOnlyList<int>> ReceiveNumbersAsync(int count) => Rig.Numbers(await ReceiveAsync(count));

    public async Task<List<ReceivedEvent>> HandleAsync(int count)
    {
        var received = await ReceiveAsync(count);
        Settle([.. received]);
        return received;
    }

    public void Settle(params ReceivedEvent[] events)
    {
        foreach (var each in events)
        {
            consumer.Settle(each.Assignment, each.Offset);
        }
    }

    public void Release(ReceivedEvent received) => consumer.Release(received.Assignment);

    /// <summary>Fails when there is something to receive: that is known when the call returns.</summary>
    public async Task ReceivesNothingAsync()
    {
        using var stop = new CancellationTokenSource();
        var receiving = consumer.ReceiveAsync(new ReceivedEvent[1], stop.Token).AsTask();
        Assert.False(receiving.IsCompleted, "There was an event to receive.");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rig.SoonAsync(receiving));
    }

    public Task LeaveAsync() => consumer.DisposeAsync().AsTask();
}
