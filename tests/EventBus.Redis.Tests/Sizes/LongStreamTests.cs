using System.Globalization;
using EventBus.Redis.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Redis.Tests.Sizes;

/// <summary>A stream of very many events, and a group that starts in its middle.</summary>
public sealed class LongStreamTests
{
    private const int Batch = 5_000;
    private static readonly int s_count = Scale.Of(quick: 50_000, full: 1_000_000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Group_ThatStartsAtATimeInTheMiddle_GetsWhatIsStoredFromThenOn(bool isCompeting)
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var publisher = RunBuses.Create(server.Address, settings: Settings);
        var positions = new Position[s_count];
        for (var start = 0; start < s_count; start += Batch)
        {
            var stored = await publisher.Publisher.PublishBatchAsync(
                Enumerable.Range(start, Batch).Select(static number => new Counted($"key-{number % 50}", number)),
                TestContext.Current.CancellationToken);
            stored.CopyTo(positions, start);
        }

        // A moment in which something was stored: the first event of it and all behind it are the group's.
        var middle = positions[s_count / 2].Offset.Major;
        var expected = Enumerable.Range(0, s_count).Where(number => positions[number].Offset.Major >= middle).ToHashSet();
        Assert.InRange(expected.Count, 1, s_count - 1);

        var tally = new Tally();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Settings(RedisOptions options)
        {
            if (isCompeting)
            {
                options.CompetingGroups.Add("*");
            }
        }

        await using var bus = await RunBuses.StartAsync(
            server.Address, tally, Settings,
            bus => bus.Subscription(RunBus.Group).StartFrom(SeekTarget.At(DateTimeOffset.FromUnixTimeMilliseconds((long)middle))),
            async (_, _, token) => await gate.Task.WaitAsync(token));
        Assert.Equal(expected.Count, await bus.LagAsync());
        Assert.True(expected.Count > 0, middle.ToString(CultureInfo.InvariantCulture));

        gate.SetResult();
        await tally.ReachedAsync(expected.Count, bus.Log);
        await bus.SettledAsync();
        Assert.Equal(expected.Count, tally.Count);
        Assert.Equal(expected, tally.Handled.Select(static counted => counted.Number).ToHashSet());
    }
}
