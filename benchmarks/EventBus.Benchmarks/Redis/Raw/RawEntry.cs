using EventBus.Benchmarks.Races;
using StackExchange.Redis;

namespace EventBus.Benchmarks.Redis.Raw;

/// <summary>What the client alone writes for an event.</summary>
internal static class RawEntry
{
    public const string Data = "data";
    private const string Type = "type";
    private const string Id = "id";

    /// <summary>The data and nothing else: the leanest entry that there is.</summary>
    public static Task<RedisValue> Lean(IDatabaseAsync database, RedisKey stream) =>
        database.StreamAddAsync(stream, Data, Payload.Bytes);

    /// <summary>With what is needed to tell events apart: an id of its own and the type.</summary>
    public static Task<RedisValue> Named(IDatabaseAsync database, RedisKey stream) => database.StreamAddAsync(
        stream,
        [new NameValueEntry(Id, Guid.CreateVersion7().ToString()), new NameValueEntry(Type, "bench.event"), new NameValueEntry(Data, Payload.Bytes)]);
}
