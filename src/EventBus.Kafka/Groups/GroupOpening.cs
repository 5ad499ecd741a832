using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Consuming;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;
using EventBus.Kafka.Topics;
using EventBus.Kafka.Transactions;
using EventBus.Transports;

namespace EventBus.Kafka.Groups;

/// <summary>Opens members of groups, so that no event is missed that is appended from then on.</summary>
/// <remarks>
/// A group that starts with the earliest event misses none. Any other needs its places first: they are found before it subscribes, and committed where the
/// group has no member. Where it has, Kafka takes commits of members only; then the member joins, waits for its first assignment,
/// and commits them itself for what it is assigned. What others are assigned they place, since they have been opened in the same way.
/// </remarks>
internal sealed class GroupOpening(
    KafkaConnection connection, ClusterClient cluster, TopicDirectory topics, LogPlaces places, GroupOffsets offsets, SeekBoard board)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);
    private readonly OutgoingCheck _outgoing = new(connection, topics);

    /// <exception cref="EventBusException">The brokers are away or refuse.</exception>
    public async Task<GroupMember> OpenAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var partitions = await TopicsAsync(request, cancellationToken).ConfigureAwait(false);
            var (starts, isWritten) = await StartsAsync(request, partitions, cancellationToken).ConfigureAwait(false);
            var member = new GroupMember(connection, request, starts, board, request.IsTransactional ? TransactionsOf(request) : null);
            await ReadyAsync(member, cancellationToken).ConfigureAwait(false);
            member.Start([.. request.Topics.Select(topic => TopicRegex.Of(topic, connection.Names.Prefix)).Distinct(StringComparer.Ordinal)]);
            if (!isWritten)
            {
                await WaitAsync(member, request, cancellationToken).ConfigureAwait(false);
            }

            connection.Log.PlacesOfGroup(request.Group, request.StartFrom, connection.Options.ExpiredOffset);
            return member;
        }
        catch (ClusterException exception)
        {
            throw ClusterErrors.Failed(exception.Error, $"Group '{request.Group}' could not be joined", connection, cluster);
        }
    }

    // Those that are there, or made. The patterns' only where somebody wants to know.
    private async Task<Dictionary<string, int>> TopicsAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        var partitions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var topic in request.Topics.Where(static topic => !TopicPattern.IsPattern(topic)))
        {
            partitions[topic] = await topics.GetPartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
        }

        if (request.KeepsDeadLetters)
        {
            _ = await topics.GetPartitionsAsync(InternalTopics.DeadLetters(request.Group), cancellationToken).ConfigureAwait(false);
        }

        if (!request.StartFrom.IsEarliest && request.Topics.Any(TopicPattern.IsPattern))
        {
            foreach (var (topic, count) in await topics.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (request.Matches(topic))
                {
                    partitions[topic] = count;
                }
            }
        }

        return partitions;
    }

    private async Task<(StartPlaces Starts, bool IsWritten)> StartsAsync(
        ConsumerRequest request, Dictionary<string, int> partitions, CancellationToken cancellationToken)
    {
        var starts = new Dictionary<(string Topic, int Partition), long>();
        foreach (var (topic, count) in partitions)
        {
            if (request.StartFrom.IsEarliest || InternalTopics.IsInternal(topic)
                || (request.StartFrom.Position is { } position && position.Topic != topic))
            {
                continue;
            }

            places.Check(request.StartFrom, topic, count);
            var name = connection.Names.Topic(topic);
            var placed = await offsets.ReadAsync(
                connection.Names.Group(request.Group), [.. Enumerable.Range(0, count).Select(partition => LogBounds.Place(name, partition, 0))],
                cancellationToken).ConfigureAwait(false);
            var unplaced = Enumerable.Range(0, count).Except(placed.Select(static entry => entry.Partition)).ToArray();
            if (unplaced.Length == 0)
            {
                continue;
            }

            foreach (var (partition, offset) in await places.FindAsync(topic, unplaced, request.StartFrom, cancellationToken).ConfigureAwait(false))
            {
                if (unplaced.Contains(partition))
                {
                    starts[(name, partition)] = offset;
                }
            }
        }

        var isWritten = starts.Count == 0 || await offsets.TryWriteAsync(
            connection.Names.Group(request.Group),
            [.. starts.Select(static start => LogBounds.Place(start.Key.Topic, start.Key.Partition, start.Value))], cancellationToken)
            .ConfigureAwait(false);
        return (new StartPlaces(starts), isWritten);
    }

    private Func<Action, TransactionThread> TransactionsOf(ConsumerRequest request) =>
        ended => new TransactionThread(connection, _outgoing, request.Group, request.Member, ended);

    // Before the group is joined: a member that can store nothing must not be given partitions.
    private async Task ReadyAsync(GroupMember member, CancellationToken cancellationToken)
    {
        try
        {
            await member.Ready.WaitAsync(connection.Options.StartTimeout, connection.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            member.Abandon();
            if (exception is TimeoutException)
            {
                throw new EventBusException(
                    $"The brokers at {connection.Brokers} have not got ready for transactions in {connection.Options.StartTimeout} (EventBus:Kafka:StartTimeout).",
                    exception);
            }

            throw;
        }
    }

    private async Task WaitAsync(GroupMember member, ConsumerRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await member.Placed.WaitAsync(s_longestWait, connection.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await member.CloseAsync().ConfigureAwait(false);
            if (exception is TimeoutException)
            {
                throw new EventBusException(
                    $"Group '{request.Group}' has assigned its new member '{request.Member}' nothing for {s_longestWait}. It is opened again.", exception);
            }

            throw;
        }
    }
}
