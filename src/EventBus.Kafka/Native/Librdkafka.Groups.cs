using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <content>Groups, offsets and assignments.</content>
internal static unsafe partial class Librdkafka
{
    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial NativePartitionList* NewPartitionList(int room);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void DestroyPartitionList(NativePartitionList* list);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativePartition* AddPartition(NativePartitionList* list, string topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_subscribe")]
    public static partial int Subscribe(nint client, NativePartitionList* topics);

    [LibraryImport(Library, EntryPoint = "rd_kafka_unsubscribe")]
    public static partial int Unsubscribe(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_assign")]
    public static partial int Assign(nint client, NativePartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_incremental_assign")]
    public static partial nint IncrementalAssign(nint client, NativePartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_incremental_unassign")]
    public static partial nint IncrementalUnassign(nint client, NativePartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_assignment_lost")]
    public static partial int IsAssignmentLost(nint client);

    /// <returns><c>COOPERATIVE</c>, <c>EAGER</c> or <c>NONE</c>.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_rebalance_protocol")]
    public static partial byte* RebalanceProtocol(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_pause_partitions")]
    public static partial int Pause(nint client, NativePartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_resume_partitions")]
    public static partial int Resume(nint client, NativePartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_seek_partitions")]
    public static partial nint Seek(nint client, NativePartitionList* partitions, int timeoutMilliseconds);

    /// <summary>The offsets behind the last records that were taken.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_position")]
    public static partial int Position(nint client, NativePartitionList* partitions);

    /// <summary>Fills in the group's offsets with their metadata; waits for the answer.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_committed")]
    public static partial int Committed(nint client, NativePartitionList* partitions, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_commit")]
    public static partial int Commit(nint client, NativePartitionList* offsets, int isAsynchronous);

    /// <summary>Commits, and has the outcome as an event in a queue.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_commit_queue")]
    public static partial int Commit(nint client, NativePartitionList* offsets, nint queue, nint callback, nint state);

    /// <summary>Fills in the first offsets at or after the times, in milliseconds since 1970, that stand in the place of the offsets.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_offsets_for_times")]
    public static partial int OffsetsForTimes(nint client, NativePartitionList* times, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_query_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int QueryWatermarks(nint client, string topic, int partition, long* low, long* high, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_get_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetWatermarks(nint client, string topic, int partition, long* low, long* high);

    /// <summary>Begins to leave the group; the events of that, the last revocation among them, go to a queue.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_close_queue")]
    public static partial nint Close(nint client, nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_closed")]
    public static partial int IsClosed(nint client);

    /// <returns>To destroy; 0 where the client is no member of a group.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_group_metadata")]
    public static partial nint GroupMetadata(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_group_metadata_generation_id")]
    public static partial int GenerationOf(nint groupMetadata);

    /// <returns>A text of the metadata's own.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_group_metadata_member_id")]
    public static partial byte* MemberOf(nint groupMetadata);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_group_metadata_destroy")]
    public static partial void DestroyGroupMetadata(nint groupMetadata);
}
