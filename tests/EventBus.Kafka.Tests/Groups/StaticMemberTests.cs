using EventBus.Kafka.Tests.Runs;

namespace EventBus.Kafka.Tests.Groups;

/// <summary>Instances with names that stay (<c>group.instance.id</c>), which stop and start again.</summary>
public sealed class StaticMemberTests(KafkaServers servers)
{
    private const int Keys = 40;
    private const string MocksDoNotKnow = "The mock brokers know static members of the newer protocol only.";
    private static readonly TimeSpan s_quick = TimeSpan.FromSeconds(5);
    private readonly GroupRun _run = new(servers, RunBuses.Partitions);
    private readonly Tally _first = new();
    private readonly Tally _second = new();
    private int _published;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Instance_StartsAgainInTime_KeepsItsPartitions(bool useConsumerProtocol)
    {
        Assert.SkipUnless(KafkaServers.AreReal || useConsumerProtocol, MocksDoNotKnow);
        await using var second = await StartAsync("second", _second, useConsumerProtocol);
        HashSet<string> keys;
        await using (var first = await StartAsync("first", _first, useConsumerProtocol))
        {
            await ShareAsync(second);
            var before = _first.Count;
            await RoundAsync(second);
            await second.SettledAsync();
            keys = [.. _first.Handled.Skip(before).Select(static counted => counted.Key)];
            Assert.InRange(keys.Count, 1, Keys - 1);

            var start = TimeProvider.System.GetTimestamp();
            await first.StopAsync();
            Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, s_quick);
            Assert.Empty(first.Log.Of(646));
        }

        // Of the one that is away nothing goes to the other.
        var away = (First: _first.Count, Second: _second.Count);
        await RoundAsync(second);
        await Eventually.TrueAsync(() => _second.Count == away.Second + Keys - keys.Count, () => $"the second to handle what is its own.{second.Log}");
        Assert.Equal(away.First, _first.Count);

        await using var again = await StartAsync("first", _first, useConsumerProtocol);
        await RoundAsync(second);
        await again.SettledAsync();
        Assert.Equal(_published, _first.Count + _second.Count);
        Assert.Equal(keys, [.. _first.Handled.Skip(away.First).Select(static counted => counted.Key)]);
        Assert.DoesNotContain(_second.Handled.Skip(away.Second), counted => keys.Contains(counted.Key));
        _first.AssertOrder(_first.Handled);
        _second.AssertOrder(_second.Handled);
    }

    // In rounds, until both have partitions.
    private async Task ShareAsync(RunBus bus)
    {
        while (_first.Count == 0 || _second.Count == 0)
        {
            Assert.True(_published < 1_000 * Keys, $"One of the members gets no partitions.{bus.Log}");
            await RoundAsync(bus);
            await bus.SettledAsync();
        }
    }

    private Task RoundAsync(RunBus bus)
    {
        var round = Enumerable.Range(_published, Keys).Select(static index => Counted.At(index, Keys)).ToArray();
        _published += Keys;
        return bus.PublishAsync(round);
    }

    private Task<RunBus> StartAsync(string instance, Tally tally, bool useConsumerProtocol) => _run.StartAsync(tally, options =>
    {
        options.GroupInstanceId = instance;
        options.UseConsumerProtocol = useConsumerProtocol;
        if (useConsumerProtocol)
        {
            // The brokers choose both.
            options.ConsumerProperties.Remove("session.timeout.ms");
            options.ConsumerProperties.Remove("heartbeat.interval.ms");
        }
    });
}
