using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EventBus.Benchmarks.Races;
using EventBus.Kafka.Brokers;

namespace EventBus.Benchmarks.Kafka.Brokers;

/// <summary>The brokers that all sides are measured on: a given cluster, or mock brokers in a process of the benchmark's own.</summary>
internal sealed class KafkaBrokers : IMeasuredServer, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly BrokersProcess? _mock;
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);

    private KafkaBrokers(string addresses, BrokersProcess? mock)
    {
        Addresses = addresses;
        _mock = mock;
    }

    public string Addresses { get; }

    /// <summary>What all topics and groups of this run begin with, so that a given cluster keeps the rest.</summary>
    public string Prefix { get; } = $"eventbus-bench-{Environment.ProcessId}.";

    public bool AreMock => _mock is not null;

    /// <summary>
    /// Properties that every consumer needs on mock brokers: these answer at once or after the whole wait, where real ones answer when there is something.
    /// </summary>
    public IReadOnlyDictionary<string, string> ConsumerProperties { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <exception cref="BenchmarkException">There is no such cluster.</exception>
    public static async Task<KafkaBrokers> StartAsync(string? addresses)
    {
        if (addresses is null)
        {
            var mock = await BrokersProcess.StartAsync();
            return new KafkaBrokers(mock.Addresses, mock);
        }

        var brokers = new KafkaBrokers(addresses, null);
        using var admin = brokers.Connect();
        try
        {
            admin.GetMetadata(Patience);
            return brokers;
        }
        catch (KafkaException exception)
        {
            throw new BenchmarkException($"No Kafka broker answers at {addresses}: {exception.Message}", exception);
        }
    }

    /// <summary>Has consumers that are made from now on wait for so long on mock brokers that have nothing for them.</summary>
    public void SetMockWait(TimeSpan wait)
    {
        if (AreMock)
        {
            ConsumerProperties = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["fetch.wait.max.ms"] = Figure(wait),
            };
        }
    }

    public async Task CreateTopicAsync(string topic, int partitions)
    {
        _topics.Add(topic);
        if (_mock is not null)
        {
            await _mock.CreateTopicAsync(topic, partitions);
            return;
        }

        using var admin = Connect();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions }]);
    }

    /// <summary>Removes the topics of the rows before, which brokers would otherwise carry along.</summary>
    public async Task CleanAsync()
    {
        foreach (var topic in _topics)
        {
            if (_mock is not null)
            {
                await _mock.DeleteTopicAsync(topic);
            }
        }

        if (_mock is null && _topics.Count > 0)
        {
            using var admin = Connect();
            await admin.DeleteTopicsAsync(_topics);
        }

        _topics.Clear();
    }

    public Task<TimeSpan> CpuAsync() => Task.FromResult(_mock?.Cpu ?? TimeSpan.Zero);

    public async ValueTask DisposeAsync()
    {
        if (_mock is not null)
        {
            await _mock.DisposeAsync();
            return;
        }

        await CleanAsync();
        await RemoveRestAsync();
    }

    // Groups, and the topics that the bus has made for itself.
    private async Task RemoveRestAsync()
    {
        using var admin = Connect();
        var topics = admin.GetMetadata(Patience).Topics.Select(static topic => topic.Topic).Where(IsOfThisRun).ToList();
        if (topics.Count > 0)
        {
            await admin.DeleteTopicsAsync(topics);
        }

        var groups = (await admin.ListConsumerGroupsAsync()).Valid.Select(static group => group.GroupId).Where(IsOfThisRun).ToList();
        if (groups.Count > 0)
        {
            await admin.DeleteGroupsAsync(groups);
        }
    }

    private bool IsOfThisRun(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    private IAdminClient Connect() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Addresses }).SetLogHandler(static (_, _) => { }).Build();

    private static string Figure(TimeSpan time) => ((int)time.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
