namespace EventBus.Benchmarks.Harness;

/// <summary>The same work done by the bus and by its floor, in turns, so that whatever else the machine does hits both.</summary>
internal sealed record Contest
{
    private const int WarmUps = 3;
    private const int SampleShare = 50;

    /// <summary>Below this share of the machine a round did not have the cores that it wanted, and its pair is done again.</summary>
    private const double QuietCores = 1.6;

    /// <summary>How many pairs in vain a pair may cost before any is taken.</summary>
    private const int Patience = 2;

    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestShortRound = TimeSpan.FromMilliseconds(50);

    public required Func<Task<IWorkload>> Bus { get; init; }

    public required Func<Task<IWorkload>> Floor { get; init; }

    public EventSource Source { get; init; } = new();

    public int Producers { get; init; } = 1;

    /// <summary>How many events a round has at most; fewer for what would take longer than <see cref="LongestRound"/>.</summary>
    public required int Events { get; init; }

    /// <param name="rounds">How many pairs of rounds to make.</param>
    /// <param name="isShort">Whether it is enough to see that it runs: brief rounds with little before them, and any pair is taken.</param>
    public async Task<ContestResult> RunAsync(int rounds, bool isShort)
    {
        await using var bus = await Bus();
        await using var floor = await Floor();
        var busEvents = await WarmUpAsync(bus, isShort);
        var floorEvents = await WarmUpAsync(floor, isShort);
        var pairs = new List<Pair>();
        for (var attempt = 0; pairs.Count < rounds; attempt++)
        {
            // Each goes first in every other pair.
            Round busRound, floorRound;
            if (attempt % 2 == 0)
            {
                busRound = await RunAsync(bus, busEvents);
                floorRound = await RunAsync(floor, floorEvents);
            }
            else
            {
                floorRound = await RunAsync(floor, floorEvents);
                busRound = await RunAsync(bus, busEvents);
            }

            if (isShort || floorRound.Cores >= QuietCores || attempt >= rounds * Patience)
            {
                pairs.Add(new Pair(busRound, floorRound));
            }
        }

        return new ContestResult(pairs);
    }

    /// <returns>How many events a round may have.</returns>
    private async Task<int> WarmUpAsync(IWorkload workload, bool isShort)
    {
        var first = Math.Max(Producers, Events / SampleShare);
        await RunAsync(workload, first);
        var sample = await RunAsync(workload, first);
        var events = (int)Math.Clamp(sample.EventsPerSecond * (isShort ? LongestShortRound : LongestRound).TotalSeconds, Producers, Events);
        for (var i = 0; i < (isShort ? 0 : WarmUps); i++)
        {
            await RunAsync(workload, events);
        }

        return events;
    }

    private Task<Round> RunAsync(IWorkload workload, int events) => Round.RunAsync(workload, Source, Producers, events);
}

/// <summary>One round of the bus and one of its floor, right after each other.</summary>
internal readonly record struct Pair(Round Bus, Round Floor)
{
    public double Ratio => Bus.EventsPerSecond / Floor.EventsPerSecond;
}

/// <summary>The medians of a contest's pairs.</summary>
internal sealed class ContestResult(IReadOnlyList<Pair> pairs)
{
    public double BusPerSecond { get; } = Statistics.Median(pairs.Select(pair => pair.Bus.EventsPerSecond));

    public double FloorPerSecond { get; } = Statistics.Median(pairs.Select(pair => pair.Floor.EventsPerSecond));

    /// <summary>The median of the pairs' ratios, which is not the ratio of the medians.</summary>
    public double Ratio { get; } = Statistics.Median(pairs.Select(pair => pair.Ratio));

    public double BusBytes { get; } = Statistics.Median(pairs.Select(pair => pair.Bus.BytesPerEvent));

    public double FloorBytes { get; } = Statistics.Median(pairs.Select(pair => pair.Floor.BytesPerEvent));

    public double BusCores { get; } = Statistics.Median(pairs.Select(pair => pair.Bus.Cores));

    public double FloorCores { get; } = Statistics.Median(pairs.Select(pair => pair.Floor.Cores));
}
