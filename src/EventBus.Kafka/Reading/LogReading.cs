using System.Runtime.InteropServices;
using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Consuming;
using EventBus.Kafka.Native;
using EventBus.Kafka.Records;

namespace EventBus.Kafka.Reading;

/// <summary>One who reads partitions of a topic, with a client of its own meanwhile. For one caller at a time, who disposes it.</summary>
internal sealed unsafe class LogReading : IDisposable
{
    private const int Batch = 128;
    private readonly string _topic;
    private readonly ReaderPool _pool;
    private readonly ReaderClient _reader;
    private readonly RecordReader _records;
    private readonly Dictionary<int, LogCursor> _open;
    private readonly HashSet<int> _started = [];
    private readonly WakeSignal _wake = new();
    private readonly nint _handle;
    private readonly nint _queue;
    private readonly NativeMessage** _messages;
    private GCHandle _wakeHandle;

    /// <param name="connection">The cluster.</param>
    /// <param name="pool">Lends a client.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="cursors">What to read of it.</param>
    /// <param name="isFollowing">Whether to go on for ever.</param>
    public LogReading(KafkaConnection connection, ReaderPool pool, string topic, IEnumerable<LogCursor> cursors, bool isFollowing)
    {
        _topic = topic;
        _pool = pool;
        _reader = pool.Rent(isFollowing);
        _records = new RecordReader(connection.Options.ForeignTopics);
        _open = cursors.Where(static cursor => !cursor.IsAtEnd).ToDictionary(static cursor => cursor.Partition);
        _messages = (NativeMessage**)NativeMemory.Alloc(Batch, (nuint)sizeof(NativeMessage*));
        _handle = Librdkafka.NewTopic(_reader.Client.Handle, connection.Names.Topic(topic), 0);
        _queue = Librdkafka.NewQueue(_reader.Client.Handle);
        _wakeHandle = GCHandle.Alloc(_wake);
        Librdkafka.NotifyOf(_queue, &OnRecords, GCHandle.ToIntPtr(_wakeHandle));
        foreach (var cursor in _open.Values)
        {
            if (Librdkafka.StartReading(_handle, cursor.Partition, cursor.Start, _queue) != 0)
            {
                var code = Librdkafka.LastError();
                Dispose();
                throw Failed(new ClusterError((ErrorCode)code, KafkaErrors.Text(code)));
            }

            _started.Add(cursor.Partition);
        }
    }

    /// <summary>Whether everything has been read.</summary>
    public bool IsAtEnd => _open.Count == 0;

    /// <summary>Waits until there may be something to read.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => _wake.WaitAsync(cancellationToken);

    /// <summary>Adds what is there.</summary>
    /// <param name="records">Gets it.</param>
    /// <returns>False where there was nothing, not even an end: then <see cref="WaitAsync"/> tells when that may have changed.</returns>
    /// <exception cref="EventBusException">The topic cannot be read.</exception>
    public bool Read(List<StoredRecord> records)
    {
        var taken = (int)Librdkafka.ConsumeBatch(_queue, 0, _messages, Batch);
        try
        {
            for (var i = 0; i < taken; i++)
            {
                Read(_messages[i], records);
            }
        }
        finally
        {
            for (var i = 0; i < taken; i++)
            {
                Librdkafka.DestroyMessage(_messages[i]);
            }
        }

        return taken > 0;
    }

    // Each partition's reading is stopped before anything that it uses goes; the call waits for that.
    public void Dispose()
    {
        foreach (var partition in _started)
        {
            _ = Librdkafka.StopReading(_handle, partition);
        }

        Librdkafka.NotifyOf(_queue, null, 0);
        _wakeHandle.Free();
        Librdkafka.DestroyQueue(_queue);
        Librdkafka.DestroyTopic(_handle);
        NativeMemory.Free(_messages);
        _pool.Return(_reader);
    }

    [UnmanagedCallersOnly]
    private static void OnRecords(nint client, nint state) => ((WakeSignal)GCHandle.FromIntPtr(state).Target!).Set();

    private void Read(NativeMessage* message, List<StoredRecord> records)
    {
        if (!_open.TryGetValue(message->Partition, out var cursor))
        {
            return;
        }

        if (message->Error == 0)
        {
            if (cursor.Take(message->Offset))
            {
                int kind;
                var entry = new LogEntry(
                    new Position(_topic, message->Partition, new Offset((ulong)message->Offset)), _records.Read(message, _topic));
                records.Add(new StoredRecord(entry, DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, Librdkafka.TimestampOf(message, &kind)))));
            }
        }
        else if ((ErrorCode)message->Error is var code && code == ErrorCode.Local_PartitionEOF)
        {
            cursor.ReachedEnd(message->Offset);
        }
        else if (ConsumerErrors.EndsMember(code) || code is ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition)
        {
            throw Failed(new ClusterError(code, KafkaErrors.Utf8((byte*)message->Value)));
        }

        if (cursor.IsAtEnd)
        {
            _open.Remove(message->Partition);
        }
    }

    private EventBusException Failed(ClusterError error) =>
        new($"Topic '{_topic}' cannot be read from Kafka: {error.Reason} ({error.Code})", new ClusterException(error));
}
