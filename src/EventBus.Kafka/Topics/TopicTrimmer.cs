using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Groups;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Topics;

/// <summary>
/// Removes the start of the bus's own topics, which keep everything until then: what nobody needs, once it is as old as other topics' events may get, so
/// that it can be looked at until then. Where the brokers cannot or may not, it stays.
/// </summary>
internal sealed class TopicTrimmer(KafkaConnection connection, ClusterClient cluster, LogPlaces places)
{
    // As long as brokers keep events that are told nothing else.
    private static readonly TimeSpan s_usualRetention = TimeSpan.FromDays(7);

    public async Task TrimAsync(Position before, CancellationToken cancellationToken)
    {
        var retention = connection.Options.NewTopics.Retention ?? s_usualRetention;
        if (retention == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        var young = await places.FindAsync(
            before.Topic, [before.Partition], SeekTarget.At(connection.Time.GetUtcNow() - retention), cancellationToken).ConfigureAwait(false);
        var offset = Math.Min(young[before.Partition], (long)before.Offset.Major);
        if (offset == 0)
        {
            return;
        }

        var name = connection.Names.Topic(before.Topic);
        var (code, reason) = await cluster.RunAsync(
            client => Delete(client, name, before.Partition, offset), cancellationToken).ConfigureAwait(false);
        if (code != ErrorCode.NoError)
        {
            connection.Log.NotTrimmed(before.Topic, before.Partition, reason);
        }
    }

    private static unsafe (ErrorCode Code, string Reason) Delete(nint client, string topic, int partition, long before)
    {
        using var list = new PartitionList(1);
        list.Add(topic, partition, before);
        var deletion = Librdkafka.NewRecordDeletion(list.Pointer);
        var queue = Librdkafka.NewQueue(client);
        Librdkafka.DeleteRecords(client, &deletion, 1, 0, queue);
        Librdkafka.DestroyRecordDeletion(deletion);

        // The library answers by itself after socket.timeout.ms.
        var answer = Librdkafka.Poll(queue, -1);
        try
        {
            var code = (ErrorCode)Librdkafka.ErrorOf(answer);
            if (code != ErrorCode.NoError)
            {
                return (code, KafkaErrors.Utf8(Librdkafka.ErrorTextOf(answer)));
            }

            var error = Array.Find(PartitionList.Read(Librdkafka.DeletedRecords(answer)), static entry => entry.Error != ErrorCode.NoError).Error;
            return (error, KafkaErrors.Text((int)error));
        }
        finally
        {
            Librdkafka.DestroyEvent(answer);
            Librdkafka.DestroyQueue(queue);
        }
    }
}
