using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Table;

/// <summary>What other buses did with the same work on a machine of the same size; not measured in this run.</summary>
internal static class Rivals
{
    public static string Write() => new Grid("rival", "in memory, 1 producer → 1 handler")
        .Add("SlimMessageBus", "1.4 M/s")
        .Add("Wolverine, local queue", "0.65–0.96 M/s")
        .Add("Foundatio", "0.36 M/s")
        .Add("Rebus", "91 k/s")
        .Add("MassTransit", "61 k/s, 16.6 kB/event")
        .Add("CAP", "33 k/s")
        .ToString();
}
