using EventBus.Idempotency;
using EventBus.Redis.Connections;

namespace EventBus.Redis.Idempotency;

/// <summary>Remembers in Redis what a group has handled, for the members in all processes.</summary>
internal sealed class RedisIdempotencyStore(RedisConnection connection) : IIdempotencyStore
{
}
