using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Topics;

/// <summary>Removes the start of the bus's own topics, which keep everything until then. Where the brokers cannot or may not, it stays.</summary>
internal sealed class TopicTrimmer(KafkaConnection connection, ClusterClient cluster)
{
    public async Task TrimAsync(Position before, CancellationToken cancellationToken)
    {
        var name = connection.Names.Topic(before.Topic);
        var (code, reason) = await cluster.RunAsync(
            client => Delete(client, name, before.Partition, (long)before.Offset.Major), cancellationToken).ConfigureAwait(false);
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
