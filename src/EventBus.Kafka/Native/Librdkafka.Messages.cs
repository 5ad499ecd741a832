using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <content>Producing, and what a record has. Those that only read memory are called without a transition.</content>
internal static unsafe partial class Librdkafka
{
    /// <returns>0, or an error to destroy. The record's memory has been copied, or not taken.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    public static partial nint Produce(nint client, NativeValue* values, nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_flush")]
    public static partial int Flush(nint client, int timeoutMilliseconds);

    /// <param name="client">The producer.</param>
    /// <param name="flags">1 for what waits to be sent, 2 for what is on its way.</param>
    [LibraryImport(Library, EntryPoint = "rd_kafka_purge")]
    public static partial int Purge(nint client, int flags);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void DestroyMessage(NativeMessage* message);

    /// <returns>Milliseconds since 1970, or -1.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static partial long TimestampOf(NativeMessage* message, int* type);

    /// <returns>0: not stored; 1: perhaps; 2: stored.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_message_status")]
    [SuppressGCTransition]
    public static partial int StatusOf(NativeMessage* message);

    /// <returns>0, or an error where there are no headers.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_message_headers")]
    public static partial int HeadersOf(NativeMessage* message, nint* headers);

    /// <returns>0 as long as there is a header of that number.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_header_get_all")]
    [SuppressGCTransition]
    public static partial int Header(nint headers, nuint number, byte** name, void** value, nuint* length);

    [LibraryImport(Library, EntryPoint = "rd_kafka_init_transactions")]
    public static partial nint InitTransactions(nint client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_begin_transaction")]
    public static partial nint BeginTransaction(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_send_offsets_to_transaction")]
    public static partial nint SendOffsets(nint client, NativePartitionList* offsets, nint groupMetadata, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_commit_transaction")]
    public static partial nint CommitTransaction(nint client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_abort_transaction")]
    public static partial nint AbortTransaction(nint client, int timeoutMilliseconds);
}
