using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Tests.Transports.InMemory;

/// <summary>A broker with one transport, seen through the seam. Its events are numbers.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private static readonly EventMetadata Metadata = new() { Type = "number.drawn", Source = "/tests" };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public Rig(Action<InMemoryOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new InMemoryOptions();
        configure?.Invoke(options);
        Broker = new InMemoryBroker(options, time ?? Time);
        Transport = Broker.CreateTransport();
    }

    public ManualTime Time { get; } = new();

    public InMemoryBroker Broker { get; }

    public IEventTransport Transport { get; }

    private ISeekableTransport Seekable => (ISeekableTransport)Transport;

    public static Envelope Event(int number, string? key = null) => new(Guid.NewGuid(), 0L, Metadata, number, key);

    public static Envelope Bytes(int length) => new(Guid.NewGuid(), default, Metadata, new byte[length]);

    public static IReadOnlyList<int> Numbers(IEnumerable<ReceivedEvent> events) => [.. events.Select(each => (int)each.Envelope.Value!)];

    public static async Task<T> SoonAsync<T>(Task<T> task) =>
        await task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static async Task SoonAsync(Task task) => await task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Starts to append. The task is incomplete exactly when the log has no room: that is decided within the call.</summary>
    public Task<Position> Append(string topic, int number, string? key = null) =>
        Append(topic, Event(number, key), TestContext.Current.CancellationToken);

    public Task<Position> Append(string topic, Envelope envelope, CancellationToken cancellationToken) =>
        Transport.AppendAsync(topic, envelope, cancellationToken).AsTask();

    public async Task AppendAsync(string topic, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            await SoonAsync(Append(topic, number));
        }
    }

    public Task AppendBatch(string topic, IEnumerable<Envelope> events, out Position[] positions)
    {
        var batch = events.ToArray();
        positions = new Position[batch.Length];
        return Transport.AppendAsync(topic, batch, positions, TestContext.Current.CancellationToken).AsTask();
    }

    public Task<Member> JoinAsync(string group, string member, params string[] topics) =>
        JoinAsync(group, member, SeekTarget.Earliest, topics);

    public async Task<Member> JoinAsync(string group, string member, SeekTarget from, params string[] topics) => new(
        await Transport.OpenConsumerAsync(
            new ConsumerRequest { Group = group, Topics = topics, Member = member, StartFrom = from },
            TestContext.Current.CancellationToken));

    public Task SeekAsync(string group, string topic, SeekTarget target) =>
        Seekable.SeekAsync(group, topic, target, TestContext.Current.CancellationToken).AsTask();

    public async Task<PartitionLag> LagAsync(string group) =>
        Assert.Single(await LagsAsync(group));

    public async Task<IReadOnlyList<PartitionLag>> LagsAsync(string group) =>
        await ((ILagTransport)Transport).GetLagAsync(group, TestContext.Current.CancellationToken);

    public async Task<LogEntry[]> ReadAsync(string topic, SeekTarget from = default) =>
        await Transport.ReadAsync(topic, from, follow: false, TestContext.Current.CancellationToken)
            .ToArrayAsync(TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<int>> ReadNumbersAsync(string topic, SeekTarget from = default) =>
        [.. (await ReadAsync(topic, from)).Select(entry => (int)entry.Envelope.Value!)];

    public ValueTask DisposeAsync() => Transport.DisposeAsync();
}
