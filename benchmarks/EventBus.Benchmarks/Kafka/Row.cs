using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka;

/// <summary>A kind of work, who does it, and what the bus has to reach.</summary>
/// <param name="Work">The work.</param>
/// <param name="Entrants">Who does it.</param>
/// <param name="Judge">The client by which the goals are judged.</param>
/// <param name="Goals">The goals.</param>
internal sealed record Row(Work Work, IReadOnlyList<Entrant> Entrants, Entrant Judge, params IReadOnlyList<Goal> Goals)
{
    private static Entrant[] Consuming { get; } = [Entrant.Bare, Entrant.TunedBare, Entrant.Headers, Entrant.TunedHeaders];

    /// <summary>Those of which the rate is measured.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new(Work.PublishAsMany, [Entrant.Bare, Entrant.Headers, Entrant.Bus, Entrant.BusInBatches], Entrant.Headers, Goal.Rate(0.85), Goal.Bytes(1.2)),
        new(Work.PublishThousand, [Entrant.Bare, Entrant.Headers, Entrant.Bus], Entrant.Headers, Goal.Rate(1), Goal.FewerBytes),
        new(Work.PublishOneByOne, [Entrant.Bare, Entrant.Headers, Entrant.Bus], Entrant.Headers, Goal.Rate(0.95)),
        new(Work.Backlog, [.. Consuming, Entrant.Bus, Entrant.BusByKey], Entrant.TunedHeaders, Goal.Rate(0.7)),
        new(Work.EndToEndThousand, [.. Consuming, Entrant.Bus], Entrant.Headers, Goal.Rate(0.95)),
        new(Work.EndToEndTenThousand, [.. Consuming, Entrant.Bus], Entrant.Headers, Goal.Rate(0.95)),
        new(Work.EndToEndAsMany, [.. Consuming, Entrant.Bus], Entrant.TunedHeaders, Goal.Rate(0.7), Goal.NoMoreBytes),
        new(Work.Chain, [Entrant.Chain, Entrant.BusChain], Entrant.Chain, Goal.Rate(0.7)),
    ];

    /// <summary>Those of which the latency is measured.</summary>
    public static Row Lone { get; } = new(Work.Lone, [Entrant.Bare, Entrant.Headers, Entrant.Bus], Entrant.Headers);
}
