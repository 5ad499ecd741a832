using EventBus.Benchmarks.Redis.Ours;
using EventBus.Benchmarks.Redis.Raw;
using EventBus.Benchmarks.Redis.Server;

namespace EventBus.Benchmarks.Redis;

/// <summary>A side that takes part.</summary>
/// <param name="Name">What it is called in the tables.</param>
/// <param name="IsBus">Whether the goals are its goals.</param>
/// <param name="StartAsync">Starts it, with a group or without one.</param>
internal sealed record Entrant(string Name, bool IsBus, Func<RedisServer, bool, Task<ISide>> StartAsync)
{
    /// <summary>All of them; the first is what the others are compared with.</summary>
    public static IReadOnlyList<Entrant> All { get; } =
    [
        new("client", false, static (server, receives) => RawSide.StartAsync(server, "lean", RawEntry.Lean, receives)),
        new("client, with id and type", false, static (server, receives) => RawSide.StartAsync(server, "named", RawEntry.Named, receives)),
        new("bus", true, static (server, receives) => BusSide<BytesEvent>.StartAsync(server, BusEvent.Bytes, receives)),
        new("bus, with JSON", true, static (server, receives) => BusSide<JsonEvent>.StartAsync(server, BusEvent.Json, receives)),
    ];
}
