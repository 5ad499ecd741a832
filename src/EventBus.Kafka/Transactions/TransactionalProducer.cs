using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;
using EventBus.Kafka.Publishing;
using EventBus.Kafka.Records;
using EventBus.Transactions;

namespace EventBus.Kafka.Transactions;

/// <summary>
/// A producer with a transactional id, and the steps of a transaction. For one thread, which waits in it; a thread of its own serves what the client tells,
/// as the library wants it while a transaction is committed.
/// </summary>
/// <remarks>
/// A step waits no longer than <see cref="StepMilliseconds"/> at a time, and is tried again as long as nobody ends the producer: so an outage ends
/// nothing, and an end is not held up by an outage.
/// </remarks>
internal sealed unsafe class TransactionalProducer
{
    private const int StepMilliseconds = 1_000;
    private const int RoomMilliseconds = 10;
    private const int ReportRoom = 256;
    private const string Linger = "5";
    private readonly KafkaConnection _connection;
    private readonly ClientEvents _events;
    private readonly RecordWriter _writer = new();
    private readonly KafkaClient _client;
    private readonly ClientThread _thread;
    private readonly Dictionary<string, nint> _topics = new(StringComparer.Ordinal);
    private volatile GroupTransaction? _storing;
    private readonly StoredPlaces _stored = new();
    private volatile RefusedEvent? _refused;
    private volatile bool _isTakenForOld;
    private volatile bool _isEnding;

    /// <param name="connection">The cluster.</param>
    /// <param name="id">The transactional id: what a member of the same name left unfinished when it died ends when this one begins.</param>
    /// <exception cref="EventBusException">The settings do not go together.</exception>
    public TransactionalProducer(KafkaConnection connection, string id)
    {
        _connection = connection;
        var timeout = (long)connection.Options.TransactionTimeout.TotalMilliseconds;
        _client = connection.CreateProducer(
            ("transactional.id", id),
            ("transaction.timeout.ms", $"{timeout}"),
            ("message.timeout.ms", $"{timeout}"),

            // The other name of the same property, should the application have set it.
            ("delivery.timeout.ms", $"{timeout}"),

            // Nothing is seen before the end of the transaction, which sends at once what waits.
            ("linger.ms", Linger));
        _events = new ClientEvents(connection, _client, $"transactional producer {id}");
        _thread = new ClientThread(_client, "EventBus Kafka transactions", Handle);
    }

    /// <summary>The first event of the last transaction that could not be stored, and of which the brokers or the library said so; null for none.</summary>
    public RefusedEvent? Refused => _refused;

    /// <summary>Fences whoever had the id before, and ends what it left unfinished.</summary>
    public TransactionError? Init() => Repeat(static (client, milliseconds, _) => Librdkafka.InitTransactions(client, milliseconds), 0);

    /// <summary>Stores a transaction: all of it, if it succeeds, and nothing that a reader sees, if it does not.</summary>
    /// <param name="transaction">What to store.</param>
    /// <param name="mayCommit">Asked right before the end; what is not null gives the transaction up.</param>
    /// <returns>Null where it is stored.</returns>
    public TransactionError? Store(GroupTransaction transaction, Func<TransactionError?> mayCommit)
    {
        _refused = null;
        _storing = transaction;
        if (TransactionError.Take(Librdkafka.BeginTransaction(_client.Handle)) is { } failure)
        {
            return failure;
        }

        var number = 0;
        foreach (var outgoing in transaction.Events)
        {
            if (Produce(in outgoing, number++) is { } refused)
            {
                return refused;
            }
        }

        return Repeat(
                (client, milliseconds, group) => Librdkafka.SendOffsets(client, transaction.Offsets.Pointer, group, milliseconds),
                transaction.GroupMetadata)
            ?? Flush()
            ?? TakenForOld()
            ?? mayCommit()
            ?? Repeat(static (client, milliseconds, _) => Librdkafka.CommitTransaction(client, milliseconds), 0);
    }

    // The commit would do it too; but between the question whether to commit and its answer nothing more than the answer should be on its way.
    private TransactionError? Flush()
    {
        while (Librdkafka.Flush(_client.Handle, StepMilliseconds) != 0 && !_isEnding)
        {
        }

        return null;
    }

    // See StoredPlaces: an event that the brokers took for one of before is not in the transaction.
    private TransactionError? TakenForOld() => _isTakenForOld
        ? new TransactionError(
            new ClusterError(ErrorCode.DuplicateSequenceNumber, "The brokers took an event for one that they have already."), IsRetriable: false, RequiresAbort: true)
        : null;

    /// <summary>Gives up the transaction that has begun.</summary>
    public TransactionError? Abort() => Repeat(static (client, milliseconds, _) => Librdkafka.AbortTransaction(client, milliseconds), 0);

    /// <summary>Has every step that waits give up soon. From any thread.</summary>
    public void Hurry() => _isEnding = true;

    /// <summary>Closes the client; no step may be under way.</summary>
    public Task CloseAsync()
    {
        _ = Librdkafka.Purge(_client.Handle, 1 | 2);
        return _thread.StopAsync();
    }

    private TransactionError? Produce(in OutgoingEvent outgoing, int number)
    {
        if (!_topics.TryGetValue(outgoing.Topic, out var topic))
        {
            _topics[outgoing.Topic] = topic = _client.Topic(_connection.Names.Topic(outgoing.Topic));
        }

        while (true)
        {
            var code = _writer.Produce(_client.Handle, topic, -1, outgoing.Envelope, number);
            if (code == ErrorCode.NoError)
            {
                return null;
            }

            if (code != ErrorCode.Local_QueueFull || _isEnding)
            {
                Refuse(number, code);
                return TransactionError.OfEvent(code);
            }

            // What is in the queue fails when its time is over, so that there is room in the end.
            _ = Librdkafka.Flush(_client.Handle, RoomMilliseconds);
        }
    }

    // An event counts as on its way until the report of it is destroyed.
    private void Handle(nint @event)
    {
        if ((EventKinds)Librdkafka.TypeOf(@event) == EventKinds.DeliveryReport)
        {
            var messages = stackalloc NativeMessage*[ReportRoom];
            for (int count; (count = (int)Librdkafka.MessagesOf(@event, messages, ReportRoom)) > 0;)
            {
                for (var i = 0; i < count; i++)
                {
                    Refuse((int)messages[i]->State, (ErrorCode)messages[i]->Error);
                    _isTakenForOld |= messages[i]->Error == 0 && !_stored.Add(messages[i]);
                }
            }
        }
        else
        {
            _events.TryHandle(@event);
        }

        Librdkafka.DestroyEvent(@event);
    }

    // One transaction at a time: a report is always of the last one.
    private void Refuse(int number, ErrorCode code)
    {
        if (code != ErrorCode.NoError && RefusedEvent.IsAboutEvent(code))
        {
            _refused ??= new RefusedEvent(_storing!.Events.ElementAt(number), code);
        }
    }

    private TransactionError? Repeat(Func<nint, int, nint, nint> step, nint argument)
    {
        while (true)
        {
            var error = TransactionError.Take(step(_client.Handle, StepMilliseconds, argument));
            if (error is null or { IsRetriable: false } || _isEnding)
            {
                return error;
            }
        }
    }
}
