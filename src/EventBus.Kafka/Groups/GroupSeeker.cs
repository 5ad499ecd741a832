using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Consuming;
using EventBus.Kafka.Native;
using EventBus.Kafka.Topics;
using EventBus.Transports;

namespace EventBus.Kafka.Groups;

/// <summary>Moves a group.</summary>
/// <remarks>
/// Kafka takes commits from outside while a group has no members. While it has, they are asked by a <see cref="SeekWish"/>, and whoever has the
/// partition makes the move. Each commit tells the last wish that was made, so that it is known when all have; and whoever gets a partition later
/// sees whether it is still to be made. Where nobody has one of the partitions, a member is opened here for the time, which makes the move.
/// </remarks>
internal sealed class GroupSeeker(
    KafkaConnection connection, ClusterClient cluster, TopicDirectory topics, LogPlaces places, GroupOffsets offsets, SeekBoard board, SeekFeed feed)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <param name="group">The group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="target">Where to go on.</param>
    /// <param name="append">Appends a wish.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="EventBusException">The group was not moved in time.</exception>
    public async Task SeekAsync(
        string group, string topic, SeekTarget target, Func<Envelope, CancellationToken, ValueTask<Position>> append, CancellationToken cancellationToken)
    {
        try
        {
            var partitions = await topics.GetPartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
            places.Check(target, topic, partitions);
            var wanted = await places.FindAsync(topic, [.. Enumerable.Range(0, partitions)], target, cancellationToken).ConfigureAwait(false);
            if (await TryWriteAsync(group, topic, wanted, await LastNumberAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false))
            {
                return;
            }

            feed.Start();
            await topics.GetPartitionsAsync(SeekWish.Log, cancellationToken).ConfigureAwait(false);
            var wish = new SeekWish(0, group, topic, wanted, connection.Time.GetUtcNow() + s_timeout);
            var position = await append(wish.ToEnvelope(), cancellationToken).ConfigureAwait(false);
            await WaitAsync(wish with { Number = SeekWish.NumberAt((long)position.Offset.Major) }, cancellationToken).ConfigureAwait(false);
        }
        catch (ClusterException exception)
        {
            throw ClusterErrors.Failed(exception.Error, $"Group '{group}' could not be moved in topic '{topic}'", connection, cluster);
        }
    }

    private async Task WaitAsync(SeekWish wish, CancellationToken cancellationToken)
    {
        var start = connection.Time.GetTimestamp();
        GroupMember? helper = null;
        try
        {
            while (true)
            {
                if (await IsMadeAsync(wish, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                var waited = connection.Time.GetElapsedTime(start);
                if (waited > s_timeout)
                {
                    throw new EventBusException(
                        $"Group '{wish.Group}' was not moved in topic '{wish.Topic}' within {s_timeout}: a member has handlers running that do not end, or is "
                        + "of a version that cannot be moved. It may be moved later all the same.");
                }

                if (helper is null && waited > s_patience)
                {
                    helper = Help(wish);
                }
                else if (helper is null
                    && await TryWriteAsync(wish.Group, wish.Topic, wish.Offsets, wish.Number, cancellationToken).ConfigureAwait(false))
                {
                    // The members have left meanwhile. One that comes now starts there, and knows that it was done.
                    return;
                }

                await Task.Delay(s_pause, connection.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await (helper?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }
    }

    // Nobody receives from it: what it is assigned stays as it is, but for the move.
    private GroupMember Help(SeekWish wish)
    {
        var request = new ConsumerRequest { Group = wish.Group, Topics = [wish.Topic], Member = "seek" };
        var helper = new GroupMember(connection, request, StartPlaces.None, board);
        helper.Start([connection.Names.Topic(wish.Topic)]);
        return helper;
    }

    private async Task<bool> IsMadeAsync(SeekWish wish, CancellationToken cancellationToken)
    {
        var name = connection.Names.Topic(wish.Topic);
        try
        {
            var written = await offsets.ReadAsync(
                connection.Names.Group(wish.Group), [.. wish.Offsets.Keys.Select(partition => LogBounds.Place(name, partition, 0))], cancellationToken)
                .ConfigureAwait(false);
            return written.Length == wish.Offsets.Count
                && Array.TrueForAll(written, entry => CommitNotes.Parse(entry.Metadata, entry.Offset).Seek >= wish.Number);
        }
        catch (ClusterException exception) when (ClusterErrors.IsOutage(exception.Error.Code))
        {
            return false;
        }
    }

    private async Task<bool> TryWriteAsync(
        string group, string topic, IReadOnlyDictionary<int, long> wanted, long number, CancellationToken cancellationToken)
    {
        var name = connection.Names.Topic(topic);
        var notes = new CommitNotes(number, [], []);
        return await offsets.TryWriteAsync(
            connection.Names.Group(group),
            [.. wanted.Select(place => new PartitionEntry(
                name, place.Key, place.Value, notes.Print(place.Value, connection.Options.CommitMetadataBytes), ErrorCode.NoError))],
            cancellationToken).ConfigureAwait(false);
    }

    // Of the wishes that there are: none of them is made any more after a move without one.
    private async Task<long> LastNumberAsync(CancellationToken cancellationToken)
    {
        var partitions = await topics.FindPartitionsAsync(SeekWish.Log, cancellationToken).ConfigureAwait(false);
        if (partitions == 0)
        {
            return 0;
        }

        var ends = await places.FindAsync(SeekWish.Log, [.. Enumerable.Range(0, partitions)], LogicalOffset.End, cancellationToken).ConfigureAwait(false);
        return ends.Values.Max();
    }
}
