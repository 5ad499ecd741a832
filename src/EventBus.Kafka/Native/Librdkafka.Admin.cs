using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <content>What changes topics. The answers come as events in the queue that is given.</content>
internal static unsafe partial class Librdkafka
{
    [LibraryImport(Library, EntryPoint = "rd_kafka_NewTopic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewTopicSpecification(string name, int partitions, int replicationFactor, byte* error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_NewTopic_set_config", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetTopicSetting(nint specification, string name, string value);

    [LibraryImport(Library, EntryPoint = "rd_kafka_NewTopic_destroy")]
    public static partial void DestroyTopicSpecification(nint specification);

    [LibraryImport(Library, EntryPoint = "rd_kafka_CreateTopics")]
    public static partial void CreateTopics(nint client, nint* specifications, nuint count, nint options, nint queue);

    /// <returns>The topics of the answer; the event's own.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_CreateTopics_result_topics")]
    public static partial nint* CreatedTopics(nint result, nuint* count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_result_error")]
    public static partial int ErrorOfTopic(nint topicResult);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_result_error_string")]
    public static partial byte* ErrorTextOfTopic(nint topicResult);

    /// <summary>The records before an offset of each partition.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_DeleteRecords_new")]
    public static partial nint NewRecordDeletion(NativePartitionList* before);

    [LibraryImport(Library, EntryPoint = "rd_kafka_DeleteRecords_destroy")]
    public static partial void DestroyRecordDeletion(nint deletion);

    [LibraryImport(Library, EntryPoint = "rd_kafka_DeleteRecords")]
    public static partial void DeleteRecords(nint client, nint* deletions, nuint count, nint options, nint queue);

    /// <returns>The partitions of the answer, each with its error; the event's own.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_DeleteRecords_result_offsets")]
    public static partial NativePartitionList* DeletedRecords(nint result);
}
