using EventBus.Kafka.Brokers;
using EventBus.Kafka.Brokers.Proxies;

namespace EventBus.Shared.Brokers;

/// <summary>
/// The brokers of all tests that need none of their own: librdkafka's mock ones. The environment variable <c>EVENTBUS_TEST_KAFKA</c> names others, as
/// <c>bootstrap.servers</c> does, which take clients without TLS and SASL; there the tests make topics and groups of their own, which are removed at the
/// end of the run. Tests part by the prefix of their names.
/// </summary>
public sealed class KafkaServers : IAsyncLifetime
{
    private static readonly string? s_given = Environment.GetEnvironmentVariable("EVENTBUS_TEST_KAFKA") is { Length: > 0 } given ? given : null;
    private readonly string _run = $"eventbus-test-{Guid.NewGuid():N}.";
    private ProxiedCluster? _cluster;
    private int _prefixes;

    /// <summary>Whether the brokers are real ones, which can do what the mock ones cannot.</summary>
    public static bool AreReal => s_given is not null;

    /// <summary>
    /// The shortest that the brokers allow: so long are members missed that die, and so long do groups of the mock brokers take to come together.
    /// </summary>
    public static TimeSpan SessionTimeout { get; } = TimeSpan.FromSeconds(AreReal ? 6 : 2);

    /// <summary>What a bus connects with.</summary>
    public string BootstrapServers => Cluster.BootstrapServers;

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
