using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka;

/// <summary>A kind of work, which every side does.</summary>
/// <param name="Name">In words.</param>
/// <param name="Events">How many events a round has on mock brokers, which keep 5 MiB of a partition.</param>
/// <param name="Partitions">How many partitions a side's topic has.</param>
/// <param name="InFlight">How many events are under way at once.</param>
/// <param name="Kind">Which part of the way is measured.</param>
internal sealed record Work(string Name, int Events, int Partitions, int InFlight, WorkKind Kind)
{
    /// <summary>As many as the client's queue takes.</summary>
    public const int AsMany = 100_000;

    private const int FewPartitions = 4;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(5);

    public static Work PublishAsMany { get; } =
        new("publish, as many in flight as the client takes", 300_000, FewPartitions, AsMany, WorkKind.Publish);

    public static Work PublishThousand { get; } = new("publish, 1,000 in flight", 150_000, FewPartitions, 1_000, WorkKind.Publish);

    public static Work PublishOneByOne { get; } = new("publish, awaited one by one", 3_000, FewPartitions, 1, WorkKind.Publish);

    public static Work Backlog { get; } = new("consume a backlog", 240_000, 24, AsMany, WorkKind.Backlog);

    public static Work EndToEndThousand { get; } = new("end to end in one process, 1,000 in flight", 100_000, 12, 1_000, WorkKind.EndToEnd);

    public static Work EndToEndTenThousand { get; } = new("end to end in one process, 10,000 in flight", 100_000, 12, 10_000, WorkKind.EndToEnd);

    public static Work EndToEndAsMany { get; } =
        new("end to end in one process, as many in flight as the client takes", 100_000, 12, AsMany, WorkKind.EndToEnd);

    public static Work Chain { get; } = new("exactly-once chain, transactions of 100 ms", 120_000, 24, AsMany, WorkKind.Backlog);

    public static Work Lone { get; } = new("a lone event, publish → handler", 2_000, 1, 1, WorkKind.EndToEnd);

    /// <summary>How long the client alone waits for more events before it sends those that it has.</summary>
    public TimeSpan ClientLinger => InFlight == AsMany ? Linger : TimeSpan.Zero;
}

/// <summary>Which part of an event's way is measured.</summary>
internal enum WorkKind
{
    /// <summary>Until the brokers have acknowledged it.</summary>
    Publish,

    /// <summary>From the brokers to the handler.</summary>
    Backlog,

    /// <summary>All of it.</summary>
    EndToEnd,
}
