namespace EventBus.Benchmarks.Races;

/// <summary>What one round of one side took.</summary>
/// <param name="Events">How many events it had.</param>
/// <param name="Elapsed">From the first call to the end of the last.</param>
/// <param name="AllocatedBytes">What this process allocated.</param>
/// <param name="ClientCpu">The processor time of this process.</param>
/// <param name="ServerCpu">The processor time of the server.</param>
internal readonly record struct Spending(int Events, TimeSpan Elapsed, long AllocatedBytes, TimeSpan ClientCpu, TimeSpan ServerCpu)
{
    public double EventsPerSecond => Events / Elapsed.TotalSeconds;

    public double BytesPerEvent => (double)AllocatedBytes / Events;

    public double ClientMicroseconds => ClientCpu.TotalMicroseconds / Events;

    public double ServerMicroseconds => ServerCpu.TotalMicroseconds / Events;

    public static async Task<Spending> MeasureAsync(IMeasuredServer server, int events, Func<Task> work)
    {
        var serverCpu = await server.CpuAsync();
        var start = Moment.Now();
        await work();
        return start.Until(Moment.Now(), events, await server.CpuAsync() - serverCpu);
    }

    /// <summary>Measures from the first event's arrival to the last one's, whatever <paramref name="start"/> takes before.</summary>
    public static async Task<Spending> MeasureArrivalsAsync(IMeasuredServer server, Arrivals arrivals, int events, Func<Task> start, TimeSpan patience)
    {
        var serverCpu = await server.CpuAsync();
        var first = default(Moment);
        var arriving = arrivals.Expect(events, () => first = Moment.Now());
        await start();
        await arriving.WaitAsync(patience);
        return first.Until(Moment.Now(), events, await server.CpuAsync() - serverCpu);
    }
}

/// <summary>What this process had used at a moment.</summary>
internal readonly record struct Moment(long Timestamp, long AllocatedBytes, TimeSpan Cpu)
{
    // The clock is read last, and first at the end: taking stock is no part of the work.
    public static Moment Now()
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        return new Moment(TimeProvider.System.GetTimestamp(), bytes, cpu);
    }

    public Spending Until(Moment end, int events, TimeSpan serverCpu) => new(
        events,
        TimeProvider.System.GetElapsedTime(Timestamp, end.Timestamp),
        end.AllocatedBytes - AllocatedBytes,
        end.Cpu - Cpu,
        serverCpu);
}
