using EventBus.Kafka.Brokers;
using EventBus.Kafka.Brokers.Proxies;

namespace EventBus.Samples.Tests;

/// <summary>Mock brokers, or those that the environment variable <c>EVENTBUS_TEST_KAFKA</c> names. Tests part by the prefix of their topics and groups.</summary>
public sealed class KafkaServer : IAsyncLifetime
{
    private static readonly string? s_given = Environment.GetEnvironmentVariable("EVENTBUS_TEST_KAFKA") is { Length: > 0 } given ? given : null;
    private readonly string _run = $"eventbus-samples-{Guid.NewGuid():N}.";
    private ProxiedCluster? _cluster;
    private int _prefixes;

    /// <summary>The shortest that the brokers allow: so long are members missed that die, and so long do groups of the mock brokers take to come together.</summary>
    public static TimeSpan SessionTimeout { get; } = TimeSpan.FromSeconds(s_given is null ? 2 : 6);

    /// <summary>Where the brokers are.</summary>
    public string Address => Cluster.BootstrapServers;

    internal ProxiedCluster Cluster => _cluster!;

    /// <summary>What the topics and groups of one test begin with.</summary>
    public string NewPrefix() => $"{_run}{Interlocked.Increment(ref _prefixes)}.";

    public async ValueTask InitializeAsync() => _cluster = s_given is null ? new MockCluster() : await RealCluster.CreateAsync(s_given);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
            if (s_given is not null)
            {
                await GivenBrokers.RemoveAsync(s_given, _run);
            }
        }
    }
}
