using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;
using EventBus.Kafka.Records;

namespace EventBus.Kafka.Publishing;

/// <summary>One idempotent producer from its making to its end, with the thread that takes its delivery reports.</summary>
/// <remarks>
/// Each event is counted before it is handed over, and again when it has been reported. The client is closed when none is left and none can come: so
/// no call finds it closed, and no call waits for a report that never comes.
/// </remarks>
internal sealed class Producer
{
    // To be purged: what waits to be sent, and what is on its way.
    private const int Everything = 1 | 2;
    private const int ReportRoom = 256;
    private readonly ReportTable _reports;
    private readonly Action _roomMade;
    private readonly Action<Producer, ClusterError> _failed;
    private readonly ClientEvents _events;
    private readonly ClientThread _thread;
    private int _outstanding;
    private volatile bool _isEnding;

    /// <param name="connection">The cluster.</param>
    /// <param name="reports">Who waits for reports.</param>
    /// <param name="roomMade">Called, on the producer's thread, when events have been reported.</param>
    /// <param name="failed">Called, on the producer's thread, when the producer has failed for good.</param>
    public Producer(KafkaConnection connection, ReportTable reports, Action roomMade, Action<Producer, ClusterError> failed)
    {
        _reports = reports;
        _roomMade = roomMade;
        _failed = failed;
        Client = connection.CreateProducer();
        _events = new ClientEvents(connection, Client, "producer") { Failed = Fail };
        _thread = new ClientThread(Client, "EventBus Kafka producer", Handle, MayEnd);
    }

    public KafkaClient Client { get; }

    /// <summary>Hands over one event.</summary>
    /// <returns>As <see cref="RecordWriter"/> has it; <see cref="ErrorCode.Local_Fatal"/> where the producer has ended.</returns>
    public ErrorCode TryProduce(RecordWriter writer, PublishTopic topic, int partition, in Envelope envelope, nint state)
    {
        Interlocked.Increment(ref _outstanding);
        var code = ErrorCode.Local_Fatal;
        try
        {
            if (!_isEnding)
            {
                code = writer.Produce(Client.Handle, topic.HandleOf(this), partition, in envelope, state);
            }
        }
        finally
        {
            // Nothing was handed over, and nothing will be reported.
            if (code != ErrorCode.NoError)
            {
                Interlocked.Decrement(ref _outstanding);
            }
        }

        return code;
    }

    /// <summary>Waits, on a thread of its own, until everything has been sent and reported, or the time is over.</summary>
    public Task FlushAsync(TimeSpan timeout) => Task.Factory.StartNew(
        () => Librdkafka.Flush(Client.Handle, (int)timeout.TotalMilliseconds), CancellationToken.None,
        TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Ends the producer: what has not been sent fails, and so does what has no answer yet.</summary>
    /// <returns>Completes when everything has been reported and the client is closed.</returns>
    public Task EndAsync()
    {
        _isEnding = true;
        return _thread.StopAsync();
    }

    // Called again and again, since a call may hand over an event after the first time.
    private bool MayEnd()
    {
        _ = Librdkafka.Purge(Client.Handle, Everything);
        return Volatile.Read(ref _outstanding) == 0;
    }

    private unsafe void Handle(nint @event)
    {
        if ((EventKinds)Librdkafka.TypeOf(@event) != EventKinds.DeliveryReport)
        {
            _events.TryHandle(@event);
            Librdkafka.DestroyEvent(@event);
            return;
        }

        var reported = 0;
        var messages = stackalloc NativeMessage*[ReportRoom];
        for (int count; (count = (int)Librdkafka.MessagesOf(@event, messages, ReportRoom)) > 0; reported += count)
        {
            for (var i = 0; i < count; i++)
            {
                _reports.Find(messages[i]->State, out var number).Take(number, Report.Of(messages[i]));
            }
        }

        // Its events count as buffered until it is destroyed.
        Librdkafka.DestroyEvent(@event);
        Interlocked.Add(ref _outstanding, -reported);
        _roomMade();
    }

    private void Fail(ClusterError error)
    {
        if (error.IsFatal)
        {
            _failed(this, error);
        }
    }
}
