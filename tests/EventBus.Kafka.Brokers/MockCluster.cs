using System.Globalization;
using Confluent.Kafka;
using EventBus.Kafka.Brokers.Proxies;

namespace EventBus.Kafka.Brokers;

/// <summary>
/// Mock brokers that give their proxies' addresses for their own. The proxies do for clients what the mock brokers cannot: they make topics, remove records,
/// find the offsets of times, take commits while a group comes together, keep members out that it has gone on without, write the offsets of transactions when
/// these are committed, fence producers, and keep what is not committed from readers that want to see none of it.
/// </summary>
/// <remarks>
/// A group that has members waits for session.timeout.ms less a second for all of them to join again, whatever their number, when one comes or goes; the
/// members' time-out is therefore short in the tests. A partition keeps 5 MiB or 100,000 records.
/// </remarks>
internal sealed class MockCluster : ProxiedCluster
{
    public const int Brokers = MockBrokers.Count;

    /// <summary>How many partitions a topic gets that is made by being asked for.</summary>
    public const int DefaultPartitions = 4;

    private static readonly Dictionary<KafkaRequest, short> s_always = new() { [KafkaRequest.OffsetFetch] = GroupPlaces.FetchVersion };
    private static readonly Dictionary<KafkaRequest, short> s_withTopics = new([.. s_always, .. TopicAdmin.Versions]);
    private static readonly Dictionary<KafkaRequest, short> s_limits = new()
    {
        [KafkaRequest.ListOffsets] = OffsetTimes.Version,
        [KafkaRequest.OffsetCommit] = GroupPlaces.CommitVersion,

        // Of later kinds a mock broker that has to name a partition's leader crashes where there is none.
        [KafkaRequest.Produce] = TransactionWatch.ProduceVersion,
        [KafkaRequest.Fetch] = CommittedFetch.Version,
    };

    // The last one that does not know whose transaction it is.
    private static readonly Dictionary<KafkaRequest, short> s_oldLimits = new(s_limits) { [KafkaRequest.TxnOffsetCommit] = 2 };

    private static readonly int[] s_all = [.. Enumerable.Range(1, Brokers)];
    private readonly MockBrokers _brokers = new();
    private readonly nint _cluster;
    private readonly TransactionWatch _transactions;
    private readonly Throttle _throttle = new();

    /// <param name="canMakeTopics">Whether clients can make topics and remove records, by a word of theirs.</param>
    /// <param name="areOld">
    /// Whether they do with transactions as brokers of 2.4 do: take them from everybody, and tell the old places of a group while a transaction ends.
    /// </param>
    public MockCluster(bool canMakeTopics = true, bool areOld = false)
    {
        _cluster = _brokers.Handle;
        MockLibrary.SetController(_cluster, 1);
        Admin = new TopicAdmin(
            (topic, partitions) => _brokers.CreateTopic(topic, partitions < 1 ? DefaultPartitions : partitions),
            (topic, partition, before) => (ErrorCode)MockLibrary.DeleteRecords(_cluster, topic, partition, before));
        Handle(KafkaRequest.ApiVersions, request => ApiVersions.Handle(request, areOld ? s_oldLimits : s_limits, canMakeTopics ? s_withTopics : s_always));
        Handle(KafkaRequest.ListOffsets, new OffsetTimes((topic, partition, time) => TimeScan.Find(BootstrapServers, topic, partition, time)).Handle);
        Handle(KafkaRequest.JoinGroup, new KnownMembers().Of(Groups.Join));
        var places = new GroupPlaces(areOld);
        _transactions = new TransactionWatch(Proxies, places);
        Handle(places.Handlers);
        Handle(_transactions.Handlers);
        Handle(KafkaRequest.Produce, _throttle.Of(new ProducedOrder(_transactions.Produce).Handle));
        Handle(KafkaRequest.Fetch, _throttle.Of(new CommittedFetch(_transactions).Handle));
        if (canMakeTopics)
        {
            Handle(Admin.Handlers);
        }

        foreach (var broker in s_all)
        {
            var address = _brokers.Addresses[broker - 1];
            var port = address.AsSpan(address.LastIndexOf(':') + 1);
            var proxy = Add("127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture));
            MockLibrary.SetAddress(_cluster, broker, "127.0.0.1", proxy.Port);
        }
    }

    /// <summary>What makes topics.</summary>
    public TopicAdmin Admin { get; }

    /// <summary>Makes a topic, unless it is there.</summary>
    public void CreateTopic(string topic, int partitions)
    {
        var error = _brokers.CreateTopic(topic, partitions);
        if (error != ErrorCode.TopicAlreadyExists)
        {
            Check(error);
        }
    }

    public void DeleteTopic(string topic) => Check(_brokers.DeleteTopic(topic));

    /// <summary>What the brokers answer to whoever asks for a topic's metadata.</summary>
    public void SetTopicError(string topic, ErrorCode error) => MockLibrary.SetTopicError(_cluster, topic, (int)error);

    /// <summary>Moves a partition; to -1 it has no leader.</summary>
    public void SetLeader(string topic, int partition, int broker) => Check(MockLibrary.SetLeader(_cluster, topic, partition, broker));

    /// <summary>Removes what stands before an offset, as retention does.</summary>
    public void DeleteRecords(string topic, int partition, long before) =>
        Check(MockLibrary.DeleteRecords(_cluster, topic, partition, before));

    /// <summary>Moves the coordinator of a producer's transactions.</summary>
    public void SetTransactionCoordinator(string transactionalId, int broker) =>
        Check(MockLibrary.SetCoordinator(_cluster, "transaction", transactionalId, broker));

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

    /// <summary>For how long each answer about records is held up, and says so, as by quotas.</summary>
    public void SetThrottle(TimeSpan time) => _throttle.Time = time;

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

    public override async ValueTask DisposeAsync()
    {
        _transactions.Dispose();
        await base.DisposeAsync();

        await Task.Run(_brokers.Dispose);
    }

    private static void Check(int error) => Check((ErrorCode)error);

    private static void Check(ErrorCode error)
    {
        if (error != ErrorCode.NoError)
        {
            throw new InvalidOperationException($"The mock cluster answered {error}.");
        }
    }
}
