using EventBus.Transports;

namespace EventBus.Tests.Transports.InMemory;

public sealed class DisposeTests
{
    [Fact]
    public async Task Dispose_ThenUse_Throws()
    {
        var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.DisposeAsync();
        await rig.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.Append("a", 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.AppendBatch("a", [Rig.Event(1)], out _));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.JoinAsync("g", "n", "a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.SeekAsync("g", "a", SeekTarget.Latest));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.ReadAsync("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.LagsAsync("g"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => member.ReceiveAsync(1));
    }

    [Fact]
    public async Task Dispose_CallsAreUnderWay_TheyEnd()
    {
        var rig = new Rig(options => options.Capacity = 1);
        var member = await rig.JoinAsync("g", "m", "a");
        await rig.AppendAsync("a", 0);
        await member.ReceiveAsync(1);
        var appending = rig.Append("a", 1);
        var batch = rig.AppendBatch("a", [Rig.Event(2), Rig.Event(3)], out _);
        var receiving = member.Consumer.ReceiveAsync(new ReceivedEvent[1], TestContext.Current.CancellationToken).AsTask();
        await using var reading = rig.Transport.ReadAsync("a", SeekTarget.Latest, follow: true, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var following = reading.MoveNextAsync().AsTask();

        await rig.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Rig.SoonAsync(appending));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Rig.SoonAsync(batch));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Rig.SoonAsync(receiving));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Rig.SoonAsync(following));
    }

    [Fact]
    public async Task Dispose_BrokerIsShared_OthersGoOn()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");
        var other = rig.Broker.CreateTransport();
        await other.OpenConsumerAsync(
            new ConsumerRequest { Group = "g", Topics = ["a"], Member = "other" }, TestContext.Current.CancellationToken);

        await other.DisposeAsync();

        Assert.Equal(["m"], rig.Broker.Members("g"));
        await rig.AppendAsync("a", 1);
        Assert.Equal([1], await member.ReceiveNumbersAsync(1));
    }

    [Fact]
    public async Task Dispose_ConsumerTwice_HasNoFurtherEffect()
    {
        await using var rig = new Rig();
        var member = await rig.JoinAsync("g", "m", "a");

        await member.LeaveAsync();
        await member.LeaveAsync();

        Assert.Empty(rig.Broker.Members("g"));
    }

    [Fact]
    public async Task Dispose_WhilePublishing_StoresWhatCompletedAndRefusesTheRest()
    {
        var rig = new Rig();
        await using var other = rig.Broker.CreateTransport();
        var stored = 0;
        var started = new TaskCompletionSource();
        var publishing = Task.Run(async () =>
        {
            for (; ; stored++)
            {
                await rig.Append("a", stored);
                started.TrySetResult();
            }
        }, TestContext.Current.CancellationToken);
        await Rig.SoonAsync(started.Task);

        await rig.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Rig.SoonAsync(publishing));
        var last = await other.ReadAsync("a", SeekTarget.Earliest, follow: false, TestContext.Current.CancellationToken)
            .LastAsync(TestContext.Current.CancellationToken);
        Assert.Equal(stored - 1, last.Envelope.Value);
    }
}
