namespace EventBus.Benchmarks.Harness;

/// <summary>What one round of work cost.</summary>
/// <param name="Events">How many events the producers sent.</param>
/// <param name="Elapsed">From the first event's making to the last one's arrival.</param>
/// <param name="AllocatedBytes">What the whole process allocated meanwhile.</param>
/// <param name="Cores">How many cores the process had on average: fewer than two when other processes were busy.</param>
internal readonly record struct Round(int Events, TimeSpan Elapsed, long AllocatedBytes, double Cores)
{
    // A round that takes longer counts as stuck.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public double EventsPerSecond => Events / Elapsed.TotalSeconds;

    public double BytesPerEvent => (double)AllocatedBytes / Events;

    /// <summary>Runs producers side by side, and waits for the last event to arrive.</summary>
    /// <param name="workload">The way that the events go.</param>
    /// <param name="source">Makes the events.</param>
    /// <param name="producers">How many producers there are.</param>
    /// <param name="events">How many events they send together.</param>
    /// <param name="timed">Whether the sink notes latencies.</param>
    /// <param name="produced">Called when the producers are done, which is before the last event has arrived.</param>
    public static async Task<Round> RunAsync(
        IWorkload workload, EventSource source, int producers, int events, bool timed = false, Func<Task>? produced = null)
    {
        var share = events / producers;
        var allArrived = workload.Sink.Expect(share * producers * workload.Groups, timed);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = TimeProvider.System.GetTimestamp();
        var producing = new Task[producers];
        for (var i = 0; i < producers; i++)
        {
            producing[i] = Task.Run(() => workload.ProduceAsync(source, share));
        }

        await Task.WhenAll(producing);
        await (produced?.Invoke() ?? Task.CompletedTask);
        await allArrived.WaitAsync(Patience);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        return new Round(
            share * producers,
            elapsed,
            GC.GetTotalAllocatedBytes(precise: true) - bytes,
            (Environment.CpuUsage.TotalTime - cpu) / elapsed);
    }
}
