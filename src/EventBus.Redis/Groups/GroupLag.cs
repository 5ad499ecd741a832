using System.Globalization;
using EventBus.Redis.Connections;
using EventBus.Redis.Delayed;
using EventBus.Redis.Entries;
using EventBus.Redis.Topics;
using StackExchange.Redis;

namespace EventBus.Redis.Groups;

/// <summary>Tells how far a group is behind, from what the server knows: what is pending, and what lies behind the last one handed out.</summary>
internal sealed class GroupLag(RedisConnection connection, TopicDirectory topics, DelayedEvents delayed)
{
    private const int CountedAtOnce = 5_000;

    // The server does not count for a group that began in the middle. KEYS: stream. ARGV: after, most. Gives how many there are and the last one.
    private const string Count = """
        local entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
        if #entries == 0 then return {0, ARGV[1]} end
        return {#entries, entries[#entries][1]}
        """;

    public async ValueTask<IReadOnlyList<PartitionLag>> GetAsync(string name, CancellationToken cancellationToken)
    {
        await topics.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var lags = await Task.WhenAll(
            from topic in topics.Known
            from partition in Enumerable.Range(0, topic.Partitions)
            select LagAsync(database, name, topic, partition)).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. lags.OfType<PartitionLag>().OrderBy(static lag => lag.Topic, StringComparer.Ordinal).ThenBy(static lag => lag.Partition)];
    }

    private async Task<PartitionLag?> LagAsync(IDatabase database, string group, RedisTopic topic, int partition)
    {
        var stream = topic.Streams[partition];
        try
        {
            foreach (var info in await database.StreamGroupInfoAsync(stream).ConfigureAwait(false))
            {
                if (IsOf(info.Name, group))
                {
                    var lag = await LagAsync(database, topic.Name, partition, stream, info).ConfigureAwait(false);
                    return topic.IsReturns ? lag with { Count = lag.Count + await delayed.CountAsync(topic, partition).ConfigureAwait(false) } : lag;
                }
            }

            return null;
        }
        catch (RedisServerException exception) when (
            exception.Message.Contains("no such key", StringComparison.OrdinalIgnoreCase) || RedisErrors.IsNoGroup(exception))
        {
            return null;
        }
    }

    private static async Task<PartitionLag> LagAsync(IDatabase database, string topic, int partition, RedisKey stream, StreamGroupInfo info)
    {
        var lowest = info.PendingMessageCount == 0
            ? default
            : (await database.StreamPendingAsync(stream, info.Name).ConfigureAwait(false)).LowestPendingMessageId;
        var delivered = info.LastDeliveredId!;
        var after = EntryId.Parse(delivered);
        var rest = await database.StreamRangeAsync(stream, $"({delivered}", "+", 1).ConfigureAwait(false);
        var behind = rest.Length == 0 ? 0 : info.Lag ?? await CountAsync(database, stream, delivered).ConfigureAwait(false);
        var next = !lowest.IsNullOrEmpty ? EntryId.Parse(lowest)
            : rest.Length > 0 ? EntryId.Parse(rest[0].Id)
            : EntryId.After(after);
        var isBehind = !lowest.IsNullOrEmpty || rest.Length > 0;
        return new PartitionLag(topic, partition, next, info.PendingMessageCount + behind, isBehind ? EntryId.TimeOf(next) : null);
    }

    private static async Task<long> CountAsync(IDatabase database, RedisKey stream, string after)
    {
        for (var count = 0L; ;)
        {
            var page = await database.ScriptEvaluateAsync(Count, [stream], [after, CountedAtOnce]).ConfigureAwait(false);
            count += (long)page[0];
            after = (string)page[1]!;
            if ((long)page[0] < CountedAtOnce)
            {
                return count;
            }
        }
    }

    // See PlaceScripts for the name.
    private static bool IsOf(string name, string group) =>
        name == group || (name.StartsWith(group, StringComparison.Ordinal) && name.Length > group.Length && name[group.Length] == '@'
            && long.TryParse(name.AsSpan(group.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
