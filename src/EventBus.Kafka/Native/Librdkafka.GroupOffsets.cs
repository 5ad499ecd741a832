using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <content>A group's offsets, read and written from outside of it.</content>
internal static unsafe partial class Librdkafka
{
    /// <param name="client">Any client.</param>
    /// <param name="operation">0 for any.</param>
    [LibraryImport(Library, EntryPoint = "rd_kafka_AdminOptions_new")]
    public static partial nint NewAdminOptions(nint client, int operation);

    [LibraryImport(Library, EntryPoint = "rd_kafka_AdminOptions_destroy")]
    public static partial void DestroyAdminOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rd_kafka_AdminOptions_set_request_timeout")]
    public static partial int SetRequestTimeout(nint options, int timeoutMilliseconds, byte* error, nuint errorLength);

    /// <param name="group">The group.</param>
    /// <param name="partitions">Of which partitions; null for all that have an offset.</param>
    [LibraryImport(Library, EntryPoint = "rd_kafka_ListConsumerGroupOffsets_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewGroupOffsets(string group, NativePartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_ListConsumerGroupOffsets_destroy")]
    public static partial void DestroyGroupOffsets(nint request);

    /// <summary>Asks for a group's offsets; the answer comes as an event.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_ListConsumerGroupOffsets")]
    public static partial void ListGroupOffsets(nint client, nint* requests, nuint count, nint options, nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_ListConsumerGroupOffsets_result_groups")]
    public static partial nint* GroupsOfListed(nint result, nuint* count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_AlterConsumerGroupOffsets_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewAlteredOffsets(string group, NativePartitionList* offsets);

    [LibraryImport(Library, EntryPoint = "rd_kafka_AlterConsumerGroupOffsets_destroy")]
    public static partial void DestroyAlteredOffsets(nint request);

    /// <summary>Commits for a group that has no members; the answer comes as an event.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_AlterConsumerGroupOffsets")]
    public static partial void AlterGroupOffsets(nint client, nint* requests, nuint count, nint options, nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_AlterConsumerGroupOffsets_result_groups")]
    public static partial nint* GroupsOfAltered(nint result, nuint* count);

    /// <returns>0, or an error that is the result's own.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_group_result_error")]
    public static partial nint ErrorOfGroup(nint groupResult);

    /// <returns>The result's own.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_group_result_partitions")]
    public static partial NativePartitionList* PartitionsOfGroup(nint groupResult);
}
