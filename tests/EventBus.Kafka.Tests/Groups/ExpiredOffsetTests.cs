using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Kafka.Tests.Groups;

/// <summary>A group that was away for so long that its place is no longer there.</summary>
public sealed class ExpiredOffsetTests(KafkaServers servers)
{
    // The group has settled those before the first, and those before the second have been removed.
    private const int Settled = 10;
    private const int Left = 20;
    private const int End = 30;
    private readonly GroupRun _run = new(servers);
    private readonly Tally _tally = new();

    [Fact]
    public async Task Earliest_GoesOnWithTheOldestThatIsLeft()
    {
        await using var publisher = await ExpireAsync();
        await using var bus = await _run.StartAsync(_tally);
        await publisher.PublishAsync(Events(End, End + Settled));

        await _tally.ReachedAsync(End + Settled - Left, bus.Log);
        await bus.SettledAsync();
        Assert.Equal(Events(Left, End + Settled), _tally.Handled);
        await bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well");
    }

    [Fact]
    public async Task Latest_GoesOnWithWhatComesNext()
    {
        await using var publisher = await ExpireAsync();
        await using (var bus = await _run.StartAsync(_tally, Latest))
        {
            await bus.SettledAsync();
        }

        // It has a place again, and misses nothing more.
        await publisher.PublishAsync(Events(End, End + Settled));
        await using var next = await _run.StartAsync(_tally, Latest);
        await _tally.ReachedAsync(Settled, next.Log);
        await next.SettledAsync();
        Assert.Equal(Events(End, End + Settled), _tally.Handled);
    }

    [Fact]
    public async Task Fail_HandlesNothingAndTellsUntilTheGroupIsMoved()
    {
        await using var publisher = await ExpireAsync();
        await using var bus = await _run.StartAsync(_tally, static options => options.ExpiredOffset = KafkaExpiredOffset.Fail);
        await bus.HealthBecomesAsync(static status => status != HealthStatus.Healthy, "that the group cannot go on");
        await Eventually.TrueAsync(
            () => bus.Log.Lines.Any(static line => line.Text.Contains("EventBus:Kafka:ExpiredOffset", StringComparison.Ordinal)),
            () => $"the setting to be named.{bus.Log}");
        var told = bus.Log.Lines.First(static line => line.Text.Contains("EventBus:Kafka:ExpiredOffset", StringComparison.Ordinal)).Text;
        Assert.Contains("counted/0", told, StringComparison.Ordinal);
        Assert.Contains("IEventLog.SeekAsync", told, StringComparison.Ordinal);
        Assert.Empty(_tally.Handled);

        await bus.Topics.SeekAsync(RunBus.Group, Counted.Topic, SeekTarget.Earliest, TestContext.Current.CancellationToken).AsTask().Within();
        await _tally.ReachedAsync(End - Left, bus.Log);
        await bus.SettledAsync();
        Assert.Equal(Events(Left, End), _tally.Handled);
        await bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well again");
    }

    private static void Latest(KafkaOptions options) => options.ExpiredOffset = KafkaExpiredOffset.Latest;

    private static IEnumerable<Counted> Events(int from, int to) => Enumerable.Range(from, to - from).Select(static number => new Counted("key", number));

    private async Task<RunBus> ExpireAsync()
    {
        var before = new Tally();
        await using (var bus = await _run.StartAsync(before))
        {
            await bus.PublishAsync(Events(0, Settled));
            await before.ReachedAsync(Settled, bus.Log);
        }

        var publisher = await _run.StartAsync();
        await publisher.PublishAsync(Events(Settled, End));
        await _run.RemoveAsync(partition: 0, Left);
        return publisher;
    }
}
