using StackExchange.Redis;

namespace EventBus.Redis.Tests.Runs;

/// <summary>Where a bus with the default prefix keeps what, as docs/redis.md tells it to people with redis-cli.</summary>
internal static class RedisPlaces
{
    public static RedisKey Topics => "eventbus:topics";

    public static RedisKey Stream(string topic, int partition) => $"eventbus:{{{topic}/{partition}}}";

    public static RedisKey Members(string group) => $"eventbus:{{group:{group}}}:members";

    public static RedisKey Leases(string group) => $"eventbus:{{group:{group}}}:leases";

    public static RedisKey Info(string group) => $"eventbus:{{group:{group}}}:info";
}
