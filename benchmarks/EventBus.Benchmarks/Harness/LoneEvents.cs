namespace EventBus.Benchmarks.Harness;

/// <summary>Sends events one at a time, each after the one before has arrived: latency with nothing else in the way.</summary>
internal static class LoneEvents
{
    // Long enough for the consumer to have finished with an event and to wait for the next one, short enough for it to be hot.
    private static readonly TimeSpan Pause = TimeSpan.FromMicroseconds(3);

    public static async Task<LatencySummary> RunAsync(IWorkload workload, int events)
    {
        var source = new EventSource(timed: true);
        var allArrived = workload.Sink.Expect(events, timed: true);
        await Task.Factory.StartNew(
            () => Send(workload, source, events), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await allArrived;
        return Statistics.Summarize(workload.Sink.Latencies);
    }

    // The sender spins on a thread of its own: a thread that sleeps between two events would measure its own waking.
    private static void Send(IWorkload workload, EventSource source, int events)
    {
        for (var sent = 1; sent <= events; sent++)
        {
            var sending = workload.ProduceAsync(source, 1);
            while (workload.Sink.Arrived < sent)
            {
                Thread.SpinWait(1);
            }

            sending.GetAwaiter().GetResult();
            var arrived = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(arrived) < Pause)
            {
                Thread.SpinWait(1);
            }
        }
    }
}

/// <summary>Lone events through the bus and through its floor, in turns.</summary>
internal sealed record LatencyContest(Func<Task<IWorkload>> Bus, Func<Task<IWorkload>> Floor, int Events)
{
    private const int WarmUps = 3;

    public async Task<IReadOnlyList<LatencyPair>> RunAsync(int rounds)
    {
        await using var bus = await Bus();
        await using var floor = await Floor();
        var pairs = new List<LatencyPair>();
        for (var round = 0; round < WarmUps + rounds; round++)
        {
            pairs.Add(new LatencyPair(await LoneEvents.RunAsync(bus, Events), await LoneEvents.RunAsync(floor, Events)));
        }

        return pairs[WarmUps..];
    }
}

/// <summary>One round of the bus and one of its floor, right after each other.</summary>
internal readonly record struct LatencyPair(LatencySummary Bus, LatencySummary Floor);
