using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Redis;

/// <summary>A kind of work, which every side does.</summary>
/// <param name="Name">In words.</param>
/// <param name="Events">How many events a round has.</param>
/// <param name="Receives">Whether there is a group.</param>
/// <param name="Run">The work.</param>
internal sealed record Work(string Name, int Events, bool Receives, Func<ISide, int, Task> Run)
{
    private const int Many = 200_000;
    private const int Few = 10_000;
    private const int InFlight = 1_000;
    private const int Batch = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What comes before the work and is not measured.</summary>
    public Func<ISide, int, Task> Prepare { get; init; } = static (_, _) => Task.CompletedTask;

    public static Work PublishInFlight { get; } =
        new("publish, 1,000 in flight", Many, false, static (side, events) => side.SendAsync(events, InFlight));

    public static Work PublishOneByOne { get; } =
        new("publish, awaited one by one", Few, false, static (side, events) => side.SendAsync(events, 1));

    public static Work PublishBatches { get; } =
        new("publish a batch of 1,000", Many, false, static (side, events) => side.SendBatchesAsync(events, Batch));

    public static Work Backlog { get; } = new("consume + acknowledge, a backlog", Many, true, ConsumeAsync)
    {
        Prepare = static async (side, events) =>
        {
            await side.HoldAsync();
            await side.SendBatchesAsync(events, Batch);
        },
    };

    public static Work EndToEnd { get; } = new("end to end in one process, 1,000 in flight", Many, true, SendAndReceiveAsync);

    private static async Task ConsumeAsync(ISide side, int events)
    {
        var arriving = side.Arrivals.Expect(events);
        await side.ReleaseAsync();
        await arriving.WaitAsync(Patience);
        await side.SettledAsync().WaitAsync(Patience);
    }

    private static async Task SendAndReceiveAsync(ISide side, int events)
    {
        var arriving = side.Arrivals.Expect(events);
        await side.SendAsync(events, InFlight);
        await arriving.WaitAsync(Patience);
        await side.SettledAsync().WaitAsync(Patience);
    }
}
