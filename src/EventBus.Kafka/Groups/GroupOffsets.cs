using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Groups;

/// <summary>The places of groups, read and written from outside of them. Names are those in the cluster.</summary>
internal sealed class GroupOffsets(ClusterClient cluster)
{
    private const int TimeoutMilliseconds = 3_000;
    private const int ErrorLength = 512;

    /// <summary>The places of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="partitions">Which ones; null for all in which it has one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Without those in which it has none.</returns>
    /// <exception cref="KafkaException">There was no answer in time, or the brokers refuse.</exception>
    public async Task<PartitionEntry[]> ReadAsync(
        string group, IReadOnlyCollection<PartitionEntry>? partitions, CancellationToken cancellationToken)
    {
        if (partitions?.Count == 0)
        {
            return [];
        }

        var found = await cluster.RunAsync(client => Read(client, group, partitions), cancellationToken).ConfigureAwait(false);
        return Array.FindAll(found, static entry => entry.Offset >= 0);
    }

    /// <summary>Writes places of a group that has no members.</summary>
    /// <param name="group">The group.</param>
    /// <param name="places">The places, with what stands beside them.</param>
    /// <param name="cancellationToken">Gives up waiting; they may be written all the same.</param>
    /// <returns>False where the group has members.</returns>
    /// <exception cref="KafkaException">There was no answer in time, or the brokers refuse.</exception>
    public async Task<bool> TryWriteAsync(string group, IReadOnlyCollection<PartitionEntry> places, CancellationToken cancellationToken)
    {
        var code = await cluster.RunAsync(client => Write(client, group, places), cancellationToken).ConfigureAwait(false);
        if (code is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress or ErrorCode.NonEmptyGroup
            or ErrorCode.StaleMemberEpoch)
        {
            return false;
        }

        KafkaErrors.Check((int)code);
        return true;
    }

    private static unsafe PartitionEntry[] Read(nint client, string group, IReadOnlyCollection<PartitionEntry>? partitions)
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
        return Answer(queue, static answer =>
        {
            nuint count = 0;
            var groups = Librdkafka.GroupsOfListed(answer, &count);
            return Result(groups, count);
        });
    }

    private static unsafe ErrorCode Write(nint client, string group, IReadOnlyCollection<PartitionEntry> places)
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
        try
        {
            var written = Answer(queue, static answer =>
            {
                nuint count = 0;
                var groups = Librdkafka.GroupsOfAltered(answer, &count);
                return Result(groups, count);
            });
            return Array.Find(written, static entry => entry.Error != ErrorCode.NoError).Error;
        }
        catch (KafkaException exception)
        {
            return exception.Error.Code;
        }
    }

    private static unsafe nint Options(nint client)
    {
        var error = stackalloc byte[ErrorLength];
        var options = Librdkafka.NewAdminOptions(client, 0);
        _ = Librdkafka.SetRequestTimeout(options, TimeoutMilliseconds, error, ErrorLength);
        return options;
    }

    // The library answers by itself after the time.
    private static unsafe PartitionEntry[] Answer(nint queue, Func<nint, PartitionEntry[]> read)
    {
        var answer = Librdkafka.Poll(queue, -1);
        try
        {
            var code = Librdkafka.ErrorOf(answer);
            return code == 0
                ? read(answer)
                : throw new KafkaException(new Error((ErrorCode)code, KafkaErrors.Utf8(Librdkafka.ErrorTextOf(answer))));
        }
        finally
        {
            Librdkafka.DestroyEvent(answer);
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
            throw new KafkaException(new Error((ErrorCode)Librdkafka.CodeOf(error), KafkaErrors.Utf8(Librdkafka.TextOf(error))));
        }

        var partitions = PartitionList.Read(Librdkafka.PartitionsOfGroup(groups[0]));
        return partitions;
    }
}
