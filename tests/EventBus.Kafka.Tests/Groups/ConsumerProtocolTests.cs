using EventBus.Kafka.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace EventBus.Kafka.Tests.Groups;

/// <summary>Groups of the newer protocol (KIP-848), in which the brokers assign the partitions.</summary>
public sealed class ConsumerProtocolTests(KafkaServers servers)
{
    private const int Keys = 20;
    private const int Some = 400;
    private readonly GroupRun _run = new(servers, RunBuses.Partitions);
    private readonly Tally _tally = new();

    [Fact]
    public async Task Members_ComeAndGo_NothingIsLostOrRepeated()
    {
        var second = new Tally();
        await using var bus = await StartAsync(_tally);
        await bus.PublishAsync(Events(0, Some));
        await _tally.HandledAsync([.. Events(0, Some)], bus.Log);

        await using (var other = await StartAsync(second))
        {
            // Whichever member has which keys by now.
            for (var from = Some; second.Count == 0; from += Keys)
            {
                Assert.True(from < 100 * Some, $"The second member gets no partitions.{other.Log}");
                await bus.PublishAsync(Events(from, from + Keys));
                await bus.SettledAsync();
            }
        }

        var published = _tally.Count + second.Count;
        await bus.PublishAsync(Events(published, published + Some));
        Counted[] events = [.. Events(0, published + Some)];
        await Eventually.TrueAsync(() => _tally.Count + second.Count >= events.Length, () => $"everything to be handled.{bus.Log}");
        await bus.SettledAsync();
        Assert.Equal(events.ToHashSet(), [.. _tally.Handled, .. second.Handled]);
        Assert.Equal(events.Length, _tally.Count + second.Count);
        _tally.AssertOrder(_tally.Handled);
        await bus.HealthBecomesAsync(static status => status == HealthStatus.Healthy, "that all is well");
    }

    [Fact]
    public async Task Group_IsMovedAndStartsAgain_GoesOnWhereItIsMeantTo()
    {
        Counted[] first = [.. Events(0, Some)];
        await using (var bus = await StartAsync(_tally))
        {
            await bus.PublishAsync(first);
            await _tally.HandledAsync(first, bus.Log);
            await bus.SettledAsync();
            await bus.Topics.SeekAsync(RunBus.Group, Counted.Topic, SeekTarget.Earliest, TestContext.Current.CancellationToken).AsTask().Within();
            await _tally.ReachedAsync(2 * Some, bus.Log);
            await bus.SettledAsync();
        }

        await using var again = await StartAsync(_tally);
        await again.PublishAsync(Events(Some, Some + Keys));
        await _tally.ReachedAsync((2 * Some) + Keys, again.Log);
        await again.SettledAsync();
        Assert.Equal((2 * Some) + Keys, _tally.Count);
    }

    [Theory]
    [InlineData("session.timeout.ms")]
    [InlineData("heartbeat.interval.ms")]
    public async Task Property_ThatTheBrokersChoose_IsRefused(string property)
    {
        await using var bus = NotedBus.Create(
            static bus => bus.UseKafka("127.0.0.1:1", static options => options.UseConsumerProtocol = true),
            ($"EventBus:Kafka:ConsumerProperties:{property}", "6000"));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync);

        Assert.Contains($"{property} cannot be set with UseConsumerProtocol", refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<Counted> Events(int from, int to) =>
        Enumerable.Range(from, to - from).Select(static index => Counted.At(index, Keys));

    private Task<RunBus> StartAsync(Tally tally) => _run.StartAsync(tally, static options =>
    {
        options.UseConsumerProtocol = true;

        // The brokers choose both.
        options.ConsumerProperties.Remove("session.timeout.ms");
        options.ConsumerProperties.Remove("heartbeat.interval.ms");
    });
}
