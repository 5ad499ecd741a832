using EventBus.Benchmarks.Races;
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
    /// <summary>The place of the client with the leanest entry that there is: a floor, beside which the others also stand.</summary>
    public const int Floor = 0;

    /// <summary>The place of the client by which the goals are judged.</summary>
    public const int Client = 1;

    public static IReadOnlyList<Entrant> All { get; } =
    [
        new("client, data alone", false, static (server, receives) => RawSide.StartAsync(server, "lean", RawEntry.Lean, receives)),
        new("client, with id and type", false, static (server, receives) => RawSide.StartAsync(server, "named", RawEntry.Named, receives)),
        new("bus", true, static (server, receives) => BusSide<BytesEvent>.StartAsync(server, BusEvent.Bytes, receives)),
        new("bus, with JSON", true, static (server, receives) => BusSide<JsonEvent>.StartAsync(server, BusEvent.Json, receives)),
    ];

    /// <summary>Groups of one member and of more, which have the same backlog; each is compared with the first of its kind.</summary>
    public static IReadOnlyList<Entrant> Groups(bool isCompeting) =>
    [
        .. MemberCounts.Select(members => new Entrant(
            $"{members} {(members == 1 ? "member" : "members")}",
            true,
            (server, receives) => BusSide<BytesEvent>.StartAsync(server, BusEvent.Bytes, receives, new GroupShape(members, isCompeting)))),
    ];

    private static int[] MemberCounts { get; } = [1, 2, 4];
}
