using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <content>Queues, and the events that clients put into them.</content>
internal static unsafe partial class Librdkafka
{
    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_new")]
    public static partial nint NewQueue(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_main")]
    public static partial nint MainQueue(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint ConsumerQueue(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_partition", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint PartitionQueue(nint client, string topic, int partition);

    /// <summary>Gives up the reference to a queue that one of the functions above gave.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void DestroyQueue(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_forward")]
    public static partial void Forward(nint source, nint destination);

    /// <summary>Has a function called, on a thread of the library's, when the queue is no longer empty; null to end it.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_cb_event_enable")]
    public static partial void NotifyOf(nint queue, delegate* unmanaged<nint, nint, void> callback, nint state);

    /// <summary>Ends a <see cref="Poll"/> that waits.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_yield")]
    public static partial void Yield(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_set_log_queue")]
    public static partial int SetLogQueue(nint client, nint queue);

    /// <summary>Moves the main queue's events to the consumer's queue.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_poll_set_consumer")]
    public static partial int PollByConsumer(nint client);

    /// <returns>The next event, to destroy; null after the time.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_poll")]
    public static partial nint Poll(nint queue, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_length")]
    public static partial nuint QueueLength(nint queue);

    /// <summary>Takes records; waits, if at all, until as many are there as there is room for. The caller destroys them.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint ConsumeBatch(nint queue, int timeoutMilliseconds, NativeMessage** messages, nuint room);

    /// <summary>Begins to read a partition into a queue, without a group; not for clients that have one.</summary>
    /// <returns>0, or -1 with the error in <see cref="LastError"/>.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_start_queue")]
    public static partial int StartReading(nint topic, int partition, long offset, nint queue);

    /// <summary>Ends that, and waits until it has ended.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_stop")]
    public static partial int StopReading(nint topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_type")]
    public static partial int TypeOf(nint @event);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_destroy")]
    public static partial void DestroyEvent(nint @event);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_message_array")]
    public static partial nuint MessagesOf(nint @event, NativeMessage** messages, nuint room);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_message_count")]
    public static partial nuint MessageCountOf(nint @event);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_error")]
    public static partial int ErrorOf(nint @event);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_error_string")]
    public static partial byte* ErrorTextOf(nint @event);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_error_is_fatal")]
    public static partial int IsFatalEvent(nint @event);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_log")]
    public static partial int LogOf(nint @event, byte** facility, byte** text, int* level);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_stats")]
    public static partial byte* StatisticsOf(nint @event);

    /// <summary>The partitions of a rebalance or a commit; the event's own.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_event_topic_partition_list")]
    public static partial NativePartitionList* PartitionsOf(nint @event);
}
