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
    private static readonly TimeSpan s_flushPause = TimeSpan.FromMilliseconds(10);
    private readonly ReportTable _reports;
    private readonly Action _roomMade;
    private readonly Action<Producer, ClusterError> _failed;
    private readonly Action<Producer> _spent;
    private readonly StoredPlaces _stored = new();
    private readonly TimeProvider _time;
    private readonly ClientEvents _events;
    private readonly ClientThread _thread;
    private int _outstanding;
    private int _isSpent;
    private volatile bool _isEnding;

    /// <param name="connection">The cluster.</param>
    /// <param name="reports">Who waits for reports.</param>
    /// <param name="roomMade">Called, on the producer's thread, when events have been reported.</param>
    /// <param name="failed">Called, on the producer's thread, when the producer has failed for good.</param>
    /// <param name="spent">Called, on any thread and once, when the producer has forgotten what it stored in a topic: see <see cref="StoredPlaces"/>.</param>
    public Producer(
        KafkaConnection connection, ReportTable reports, Action roomMade, Action<Producer, ClusterError> failed, Action<Producer> spent)
    {
        _reports = reports;
        _roomMade = roomMade;
        _failed = failed;
        _spent = spent;
        _time = connection.Time;
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
                var handle = topic.HandleOf(this);
                code = writer.Produce(Client.Handle, handle, partition, in envelope, state);
                if (code != ErrorCode.NoError)
                {
                    NoteFailure(handle, code);
                }
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

    /// <summary>Takes nothing more, and ends the producer once everything that it was given has been reported, or the time is over.</summary>
    /// <param name="timeout">How long what it was given may take; what is left then fails.</param>
    /// <param name="sent">Called when that is so, and nothing that comes from here overtakes it.</param>
    public async Task RetireAsync(TimeSpan timeout, Action sent)
    {
        // A call that has begun to hand over an event has counted it.
        _isEnding = true;
        var since = _time.GetTimestamp();
        while (Volatile.Read(ref _outstanding) > 0 && _time.GetElapsedTime(since) < timeout)
        {
            await FlushAsync(s_flushPause).ConfigureAwait(false);
            await Task.Delay(s_flushPause, _time).ConfigureAwait(false);
        }

        sent();
        await _thread.StopAsync().ConfigureAwait(false);
    }

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
                _reports.Find(messages[i]->State, out var number).Take(number, ReportOf(messages[i]));
            }
        }

        // Its events count as buffered until it is destroyed.
        Librdkafka.DestroyEvent(@event);
        Interlocked.Add(ref _outstanding, -reported);
        _roomMade();
    }

    private unsafe Report ReportOf(NativeMessage* message)
    {
        var report = Report.Of(message);
        if (report.Code != ErrorCode.NoError)
        {
            NoteFailure(message->Topic, report.Code);
        }
        else if (!_stored.Add(message))
        {
            Spend();
            return report with { Code = ErrorCode.DuplicateSequenceNumber, IsKnown = false };
        }

        return report;
    }

    private void NoteFailure(nint topic, ErrorCode code)
    {
        if (PublishFailure.ForgetsTopic(code) && _stored.HasStoredIn(topic))
        {
            Spend();
        }
    }

    private void Spend()
    {
        if (Interlocked.Exchange(ref _isSpent, 1) == 0)
        {
            _spent(this);
        }
    }

    private void Fail(ClusterError error)
    {
        if (error.IsFatal)
        {
            _failed(this, error);
        }
    }
}
