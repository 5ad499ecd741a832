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

    /// <param name="kind">2 for a topic.</param>
    /// <param name="name">The topic's.</param>
    [LibraryImport(Library, EntryPoint = "rd_kafka_ConfigResource_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewResource(int kind, string name);

    [LibraryImport(Library, EntryPoint = "rd_kafka_ConfigResource_destroy")]
    public static partial void DestroyResource(nint resource);

    /// <summary>Asks for the settings of topics.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_DescribeConfigs")]
    public static partial void DescribeResources(nint client, nint* resources, nuint count, nint options, nint queue);

    /// <returns>The topics of the answer; the event's own.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_DescribeConfigs_result_resources")]
    public static partial nint* DescribedResources(nint result, nuint* count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_ConfigResource_name")]
    public static partial byte* NameOfResource(nint resource);

    /// <returns>Its settings; the event's own.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_ConfigResource_configs")]
    public static partial nint* SettingsOfResource(nint resource, nuint* count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_ConfigEntry_name")]
    public static partial byte* NameOfSetting(nint setting);

    /// <returns>Null where it has none, or the brokers do not tell it.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_ConfigEntry_value")]
    public static partial byte* ValueOfSetting(nint setting);

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
