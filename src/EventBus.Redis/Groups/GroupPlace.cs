using System.Globalization;
using EventBus.Redis.Connections;
using EventBus.Redis.Entries;
using EventBus.Redis.Topics;
using StackExchange.Redis;

namespace EventBus.Redis.Groups;

/// <summary>Where a group stands in partitions: makes its consumer groups on the streams, takes them over and moves them.</summary>
internal sealed class GroupPlace(RedisConnection connection, string group, bool isCompeting)
{
    /// <summary>The consumer group's name while a member has the partition; 0 for none. In a competing group it is the group's own.</summary>
    public string NameFor(long number) => isCompeting ? group : string.Create(CultureInfo.InvariantCulture, $"{group}@{number}");

    /// <summary>Gives the group a place in each partition of a topic in which it has none.</summary>
    /// <exception cref="EventBusException">There is a key of another type where a stream should be; inside of it the server's error.</exception>
    public async Task EnsureAsync(RedisTopic topic, SeekTarget start)
    {
        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAll(topic.Streams.Select((stream, partition) => EnsureAsync(database, stream, StartOf(start, partition) ?? EntryId.Start)))
            .ConfigureAwait(false);
    }

    /// <summary>Takes a partition over, with what is pending in it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="number">The member's number.</param>
    /// <param name="consumer">The member's name.</param>
    /// <param name="epoch">The lease's epoch.</param>
    /// <param name="place">Where to move the group to; null to leave it where it is.</param>
    public async Task<TakeOver> TakeAsync(RedisTopic topic, int partition, long number, string consumer, long epoch, string? place)
    {
        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        var answer = await database.ScriptEvaluateAsync(
            PlaceScripts.TakeOver,
            [topic.Streams[partition], connection.Keys.Epoch(topic.Name, partition, group)],
            [group, NameFor(number), consumer, epoch, place ?? string.Empty]).ConfigureAwait(false);
        return new TakeOver((long)answer[0], (long)answer[1], (long)answer[2]);
    }

    /// <summary>Moves a competing group whose members have let go of the partition.</summary>
    public async Task ResetAsync(RedisTopic topic, int partition, string place)
    {
        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        await database.ScriptEvaluateAsync(PlaceScripts.Reset, [topic.Streams[partition]], [group, place]).ConfigureAwait(false);
    }

    /// <summary>Takes over, in a competing group, what consumers have that are not among the live ones.</summary>
    /// <returns>The entries, and how many there were whose bodies had been removed.</returns>
    public async Task<(StreamEntry[] Entries, long Lost)> ClaimAsync(
        RedisTopic topic, int partition, string consumer, int most, long lastMember, IEnumerable<string> live)
    {
        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        var answer = await database.ScriptEvaluateAsync(
            PlaceScripts.Claim,
            [topic.Streams[partition], connection.Keys.Fenced(topic.Name, partition, group)],
            [group, consumer, most, lastMember, .. live.Select(static name => (RedisValue)name)]).ConfigureAwait(false);
        return (RawEntries.Read(answer[0]), (long)answer[1]);
    }

    private async Task EnsureAsync(IDatabase database, RedisKey stream, string start)
    {
        try
        {
            await database.ScriptEvaluateAsync(PlaceScripts.Ensure, [stream], [group, NameFor(0), start]).ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (RedisErrors.IsWrongType(exception))
        {
            throw new EventBusException(
                $"Group '{group}' cannot read {stream}: where that stream should be, Redis has a key of another type. Remove that key, or use another "
                + "EventBus:Redis:KeyPrefix.",
                exception);
        }
    }

    /// <summary>The last entry that a group is past which is to start at a target; null where it leaves a partition alone.</summary>
    public static string? StartOf(SeekTarget target, int partition) => target switch
    {
        { IsLatest: true } => "$",
        { Time: { } time } => EntryId.Before(EntryId.At(time)),
        { Position: { } position } => position.Partition == partition ? EntryId.Before(position.Offset) : null,
        _ => EntryId.Start,
    };
}
