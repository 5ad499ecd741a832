using System.Collections.Concurrent;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>Transactions leave markers behind their records, which nobody is handed: they are no obstacle for a group that reads such a topic.</summary>
public sealed class MarkerTests
{
    private const string Next = "next";

    [Fact]
    public async Task GroupOfATopicWithMarkers_ComesToItsEnd()
    {
        var turned = new ConcurrentQueue<Turned>();
        await using var run = await TransformRun.StartAsync(configure: bus => bus.Subscription(Next).Handle<Turned>((each, _, _) =>
        {
            turned.Enqueue(each);
            return ValueTask.CompletedTask;
        }));
        for (var i = 0; i < 3; i++)
        {
            await run.GoesOnAsync();
            await Eventually.TrueAsync(async () => await LagAsync(run) == 0, () => $"the group to come to the end of a topic with markers.{run.Bus.Log}");
        }

        await run.EndsWellAsync();
        await Eventually.TrueAsync(async () => await LagAsync(run) == 0, () => $"the group to come to the end of a topic with markers.{run.Bus.Log}");
        Assert.Equal(turned.Count, turned.Distinct().Count());
    }

    private static async Task<long> LagAsync(TransformRun run) =>
        (await run.Bus.Topics.GetLagAsync(Next, TestContext.Current.CancellationToken).AsTask().Within()).Sum(static lag => lag.Count);
}
