using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace EventBus.Kafka.Tests.Servers;

/// <summary>
/// librdkafka's own cluster of mock brokers, which speak the real protocol over loopback TCP, each behind a <see cref="BrokerProxy"/>. They are numbered
/// from 1.
/// </summary>
/// <remarks>
/// A group that has members waits for session.timeout.ms less a second for all of them to join again, whatever their number, when one comes or goes; the
/// members' time-out is therefore short in the tests. A partition keeps 5 MiB or 100,000 records.
/// </remarks>
internal sealed class MockCluster : IAsyncDisposable
{
    public const int Brokers = 3;

    /// <summary>How many partitions a topic gets that is made by being asked for.</summary>
    public const int DefaultPartitions = 4;

    private const int ErrorLength = 512;
    private const int InitialRebalanceDelayMilliseconds = 50;
    private static readonly int[] s_all = [.. Enumerable.Range(1, Brokers)];
    private readonly nint _client;
    private readonly nint _cluster;

    public unsafe MockCluster()
    {
        var error = stackalloc byte[ErrorLength];
        var settings = MockLibrary.NewSettings();

        // It tells each error that it is made to answer with.
        _ = MockLibrary.Set(settings, "log_level", "0", error, ErrorLength);
        _client = MockLibrary.NewClient(0, settings, error, ErrorLength);
        Assert.True(_client != 0, Marshal.PtrToStringUTF8((nint)error));
        _cluster = MockLibrary.NewCluster(_client, Brokers);
        MockLibrary.SetInitialRebalanceDelay(_cluster, InitialRebalanceDelayMilliseconds);
        var ports = Marshal.PtrToStringUTF8((nint)MockLibrary.Bootstraps(_cluster))!.Split(',').Select(static address => int.Parse(
            address.AsSpan(address.LastIndexOf(':') + 1), System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Proxies = [.. ports.Select(static port => new BrokerProxy(port))];
        foreach (var broker in s_all)
        {
            MockLibrary.SetAddress(_cluster, broker, "127.0.0.1", Proxies[broker - 1].Port);
        }
    }

    public string BootstrapServers => string.Join(',', Proxies.Select(static proxy => $"127.0.0.1:{proxy.Port}"));

    /// <summary>What stands before each broker, in their order.</summary>
    public IReadOnlyList<BrokerProxy> Proxies { get; }

    /// <summary>Makes a topic, unless it is there.</summary>
    public void CreateTopic(string topic, int partitions)
    {
        var error = (ErrorCode)MockLibrary.CreateTopic(_cluster, topic, partitions, Brokers);
        if (error != ErrorCode.TopicAlreadyExists)
        {
            Check(error);
        }
    }

    public void DeleteTopic(string topic) => Check(MockLibrary.DeleteTopic(_cluster, topic));

    /// <summary>What the brokers answer to whoever asks for a topic's metadata.</summary>
    public void SetTopicError(string topic, ErrorCode error) => MockLibrary.SetTopicError(_cluster, topic, (int)error);

    /// <summary>Moves a partition; to -1 it has no leader.</summary>
    public void SetLeader(string topic, int partition, int broker) => Check(MockLibrary.SetLeader(_cluster, topic, partition, broker));

    /// <summary>Removes what stands before an offset, as retention does.</summary>
    public void DeleteRecords(string topic, int partition, long before) =>
        Check(MockLibrary.DeleteRecords(_cluster, topic, partition, before));

    /// <summary>Moves a group's coordinator.</summary>
    public void SetCoordinator(string group, int broker) => Check(MockLibrary.SetCoordinator(_cluster, "group", group, broker));

    /// <summary>Closes a broker's connections and lets nobody in; what it leads stays with it.</summary>
    public void SetDown(int broker) => Check(MockLibrary.SetDown(_cluster, broker));

    public void SetUp(int broker) => Check(MockLibrary.SetUp(_cluster, broker));

    public void SetAllDown() => Array.ForEach(s_all, SetDown);

    public void SetAllUp() => Array.ForEach(s_all, SetUp);

    /// <summary>How long each answer of a broker takes.</summary>
    public void SetRoundTrip(int broker, TimeSpan time) => Check(MockLibrary.SetRoundTrip(_cluster, broker, (int)time.TotalMilliseconds));

    public void SetRoundTrip(TimeSpan time) => Array.ForEach(s_all, broker => SetRoundTrip(broker, time));

    /// <summary>Makes the next requests of a kind fail, whichever broker gets them. <see cref="ErrorCode.Local_Transport"/> cuts the connection.</summary>
    public unsafe void Fail(KafkaRequest request, ErrorCode error, int times = 1)
    {
        var errors = stackalloc int[times];
        new Span<int>(errors, times).Fill((int)error);
        MockLibrary.PushErrors(_cluster, (short)request, (nuint)times, errors);
    }

    /// <summary>Forgets the errors of a kind of request that have not been answered with.</summary>
    public void FailNoMore(KafkaRequest request) => MockLibrary.ClearErrors(_cluster, (short)request);

    /// <summary>Makes the next requests of a kind to one broker fail, take a time, or both.</summary>
    public void FailAt(int broker, KafkaRequest request, ErrorCode error, TimeSpan after, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Check(MockLibrary.PushBrokerError(_cluster, broker, (short)request, 1, (int)error, (int)after.TotalMilliseconds));
        }
    }

    /// <summary>Makes the next requests of a kind fail for one partition.</summary>
    public void FailIn(string topic, int partition, KafkaRequest request, ErrorCode error, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Check(MockLibrary.PushPartitionError(_cluster, topic, partition, (short)request, 1, (int)error));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in Proxies)
        {
            await proxy.DisposeAsync();
        }

        // Both wait for threads.
        await Task.Run(() =>
        {
            MockLibrary.DestroyCluster(_cluster);
            MockLibrary.DestroyClient(_client);
        });
    }

    private static void Check(int error) => Check((ErrorCode)error);

    private static void Check(ErrorCode error) => Assert.True(error == ErrorCode.NoError, $"The mock cluster answered {error}.");
}
