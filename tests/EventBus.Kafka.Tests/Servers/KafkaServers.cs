using EventBus.Kafka.Tests.Servers;

[assembly: AssemblyFixture(typeof(KafkaServers))]

namespace EventBus.Kafka.Tests.Servers;

/// <summary>
/// The brokers of all tests that need none of their own: librdkafka's mock ones. The environment variable <c>EVENTBUS_TEST_KAFKA</c> names others, as
/// <c>bootstrap.servers</c> does; there the tests make topics and groups of their own, which are removed at the
/// end of the run. Tests part by the prefix of their names.
/// </summary>
public sealed class KafkaServers : IAsyncLifetime
{
    private static readonly string? s_given = Environment.GetEnvironmentVariable("EVENTBUS_TEST_KAFKA") is { Length: > 0 } given ? given : null;
    private readonly string _run = $"eventbus-test-{Guid.NewGuid():N}.";
    private MockCluster? _mock;
    private int _prefixes;
    private bool _areReached;

    /// <summary>Whether the brokers are real ones, which can do what the mock ones cannot.</summary>
    public static bool AreReal => s_given is not null;

    public string BootstrapServers => s_given ?? Mock!.BootstrapServers;

    /// <summary>The mock cluster; null where the brokers are real.</summary>
    internal MockCluster? Mock => _mock;

    public string NewPrefix() => $"{_run}{Interlocked.Increment(ref _prefixes)}.";

    public async ValueTask InitializeAsync()
    {
        _mock = AreReal ? null : new MockCluster();
        await Brokers.ReachAsync(BootstrapServers);
        _areReached = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_mock is not null)
        {
            await _mock.DisposeAsync();
        }
        else if (_areReached)
        {
            await Brokers.RemoveAsync(BootstrapServers, _run);
        }
    }
}
