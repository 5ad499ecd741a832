using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Groups;

/// <summary>The places of groups, read and written from outside of them. Names are those in the cluster.</summary>
/// <remarks>
/// A request must never be out of time for the library: it frees one that waits for its group's coordinator, yet answers it when the coordinator is found,
/// which ends the process. So the library's time is longer than any client is used for; whoever has waited for long enough leaves the client, and with
/// the client ends what waits in it. A client whose coordinator is none any more is left, too: it would ask the same one again.
/// </remarks>
internal sealed class GroupOffsets(KafkaConnection connection, ClusterClient cluster)
{
    private const int TimeoutMilliseconds = 3_000;

    // Beyond the longest socket.timeout.ms, which bounds what else the client is used for.
    private const int LibraryTimeoutMilliseconds = 360_000;
    private const int ErrorLength = 512;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The places of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="partitions">Which ones; null for all in which it has one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Without those in which it has none.</returns>
    /// <exception cref="ClusterException">There was no answer in time, or the brokers refuse.</exception>
    public async Task<PartitionEntry[]> ReadAsync(
        string group, IReadOnlyCollection<PartitionEntry>? partitions, CancellationToken cancellationToken)
    {
        if (partitions?.Count == 0)
        {
            return [];
        }

        var found = await AskAsync(client => Read(client, group, partitions), cancellationToken).ConfigureAwait(false);
        return Array.FindAll(found, static entry => entry.Offset >= 0);
    }

    /// <summary>Writes places of a group that has no members.</summary>
    /// <param name="group">The group.</param>
    /// <param name="places">The places, with what stands beside them.</param>
    /// <param name="cancellationToken">Gives up waiting; they may be written all the same.</param>
    /// <returns>False where the group has members.</returns>
    /// <exception cref="ClusterException">There was no answer in time, or the brokers refuse.</exception>
    public async Task<bool> TryWriteAsync(string group, IReadOnlyCollection<PartitionEntry> places, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(client => Write(client, group, places), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ClusterException exception) when (exception.Error.Code is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration
            or ErrorCode.RebalanceInProgress or ErrorCode.NonEmptyGroup or ErrorCode.StaleMemberEpoch)
        {
            return false;
        }
    }

    // Again while the group's coordinator moves or begins.
    private async Task<PartitionEntry[]> AskAsync(Func<nint, PartitionEntry[]> ask, CancellationToken cancellationToken)
    {
        for (var start = connection.Time.GetTimestamp(); ;)
        {
            try
            {
                return await cluster.RunAsync(ask, cancellationToken).ConfigureAwait(false);
            }
            catch (ClusterException exception) when (exception.Error.Code is ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable
                or ErrorCode.GroupLoadInProgress && connection.Time.GetElapsedTime(start) < s_patience)
            {
                await Task.Delay(s_pause, connection.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private unsafe PartitionEntry[] Read(nint client, string group, IReadOnlyCollection<PartitionEntry>? partitions)
    {
        using var list = new PartitionList(partitions?.Count ?? 1);
        foreach (var partition in partitions ?? [])
        {
            list.Add(partition.Topic, partition.Partition);
        }

        var request = Librdkafka.NewGroupOffsets(group, partitions is null ? null : list.Pointer);
        var queue = Librdkafka.NewQueue(client);
        var options = Options(client);
        Librdkafka.ListGroupOffsets(client, &request, 1, options, queue);
        Librdkafka.DestroyAdminOptions(options);
        Librdkafka.DestroyGroupOffsets(request);
        return Answer(client, queue, static answer =>
        {
            nuint count = 0;
            var groups = Librdkafka.GroupsOfListed(answer, &count);
            return Result(groups, count);
        });
    }

    private unsafe PartitionEntry[] Write(nint client, string group, IReadOnlyCollection<PartitionEntry> places)
    {
        using var list = new PartitionList(places.Count);
        foreach (var place in places)
        {
            list.Add(place.Topic, place.Partition, place.Offset, client, place.Metadata);
        }

        var request = Librdkafka.NewAlteredOffsets(group, list.Pointer);
        var queue = Librdkafka.NewQueue(client);
        var options = Options(client);
        Librdkafka.AlterGroupOffsets(client, &request, 1, options, queue);
        Librdkafka.DestroyAdminOptions(options);
        Librdkafka.DestroyAlteredOffsets(request);
        return Answer(client, queue, static answer =>
        {
            nuint count = 0;
            var groups = Librdkafka.GroupsOfAltered(answer, &count);
            return Result(groups, count);
        });
    }

    private static unsafe nint Options(nint client)
    {
        var error = stackalloc byte[ErrorLength];
        var options = Librdkafka.NewAdminOptions(client, 0);
        _ = Librdkafka.SetRequestTimeout(options, LibraryTimeoutMilliseconds, error, ErrorLength);
        return options;
    }

    private PartitionEntry[] Answer(nint client, nint queue, Func<nint, PartitionEntry[]> read)
    {
        var answer = Librdkafka.Poll(queue, TimeoutMilliseconds);
        try
        {
            var code = answer == 0 ? (int)ErrorCode.Local_TimedOut : Librdkafka.ErrorOf(answer);
            return code == 0
                ? read(answer)
                : throw new ClusterException(new ClusterError((ErrorCode)code, KafkaErrors.Text(code)));
        }
        catch (ClusterException exception) when (exception.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.NotCoordinatorForGroup)
        {
            cluster.Leave(client);
            throw;
        }
        finally
        {
            if (answer != 0)
            {
                Librdkafka.DestroyEvent(answer);
            }

            Librdkafka.DestroyQueue(queue);
        }
    }

    // Of the one group that was asked for.
    private static unsafe PartitionEntry[] Result(nint* groups, nuint count)
    {
        if (count == 0)
        {
            return [];
        }

        if (Librdkafka.ErrorOfGroup(groups[0]) is var error and not 0)
        {
            throw new ClusterException(new ClusterError((ErrorCode)Librdkafka.CodeOf(error), KafkaErrors.Utf8(Librdkafka.TextOf(error))));
        }

        var partitions = PartitionList.Read(Librdkafka.PartitionsOfGroup(groups[0]));
        var refused = Array.Find(partitions, static entry => entry.Error != ErrorCode.NoError);
        return refused.Error == ErrorCode.NoError
            ? partitions
            : throw new ClusterException(new ClusterError(refused.Error, KafkaErrors.Text((int)refused.Error)));
    }
}
