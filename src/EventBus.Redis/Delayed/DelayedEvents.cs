using EventBus.Redis.Connections;
using EventBus.Redis.Entries;
using EventBus.Redis.Topics;
using EventBus.Transports;
using StackExchange.Redis;

namespace EventBus.Redis.Delayed;

/// <summary>
/// Events that come back to their group at a time. Until then they stand in a set by their time, beside the stream that they come to, so that one that is due
/// in a second does not wait behind one that is due in an hour; whoever has the partition moves them when their time has come.
/// </summary>
internal sealed class DelayedEvents(RedisConnection connection, TimeProvider time)
{
    private const int MovedAtOnce = 200;

    // KEYS: due, delayed. ARGV: a name for the event, when it is due, its fields.
    private const string Store = """
        redis.call('HSET', KEYS[2], ARGV[1], cmsgpack.pack({unpack(ARGV, 3)}))
        redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
        return 0
        """;

    // KEYS: stream, due, delayed. ARGV: now, most. Gives how many were moved, and when the next one is due, -1 if there is none.
    private const string Move = """
        local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
        for _, event in ipairs(due) do
          local fields = redis.call('HGET', KEYS[3], event)
          if fields then redis.call('XADD', KEYS[1], '*', unpack(cmsgpack.unpack(fields))) end
          redis.call('HDEL', KEYS[3], event)
          redis.call('ZREM', KEYS[2], event)
        end
        local next = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
        return {#due, next[2] and tonumber(next[2]) or -1}
        """;

    private readonly EntryWriter _writer = new();

    /// <summary>When an event is to come; null for at once.</summary>
    public DateTimeOffset? DueOf(string topic, in Envelope envelope) =>
        envelope.Metadata.Headers.Count > 0 && InternalTopics.IsReturns(topic)
        && InternalHeaders.Time(envelope.Metadata.Headers, InternalHeaders.Due) is { } due && due > time.GetUtcNow()
            ? due
            : null;

    /// <summary>Keeps an event until it is due, and tells the group.</summary>
    public async Task StoreAsync(IDatabase database, RedisTopic topic, int partition, Envelope envelope, DateTimeOffset due)
    {
        var fields = new EntryFrame().Fill(in envelope, _writer);
        await database.ScriptEvaluateAsync(
            Store,
            [connection.Keys.Due(topic.Name, partition), connection.Keys.Delayed(topic.Name, partition)],
            [Guid.NewGuid().ToString("N"), due.ToUnixTimeMilliseconds(), .. fields.SelectMany(static field => new[] { field.Name, field.Value })])
            .ConfigureAwait(false);
        await connection.Subscriber.PublishAsync(connection.Keys.GroupChannel(InternalTopics.GroupOf(topic.Name)), "due").ConfigureAwait(false);
    }

    /// <summary>Moves what is due to the stream.</summary>
    /// <returns>How long until the next one is due; null if there is none.</returns>
    public async Task<TimeSpan?> MoveAsync(RedisTopic topic, int partition)
    {
        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        while (true)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var answer = await database.ScriptEvaluateAsync(
                Move,
                [topic.Streams[partition], connection.Keys.Due(topic.Name, partition), connection.Keys.Delayed(topic.Name, partition)],
                [now, MovedAtOnce]).ConfigureAwait(false);
            var next = (long)answer[1];
            if (connection.IsCluster && (long)answer[0] > 0)
            {
                StreamNews.Tell(connection, database, topic.Streams[partition]);
            }

            if ((long)answer[0] < MovedAtOnce)
            {
                return next < 0 ? null : TimeSpan.FromMilliseconds(Math.Max(1, next - now));
            }
        }
    }

    /// <summary>How many events are to come to a partition.</summary>
    public async Task<long> CountAsync(RedisTopic topic, int partition)
    {
        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        return await database.SortedSetLengthAsync(connection.Keys.Due(topic.Name, partition)).ConfigureAwait(false);
    }
}
