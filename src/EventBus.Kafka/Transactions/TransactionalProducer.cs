using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;
using EventBus.Kafka.Records;
using EventBus.Kafka.Topics;
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
    private readonly KafkaConnection _connection;
    private readonly RecordWriter _writer = new();
    private readonly TopicDirectory _topics;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly KafkaClient _client;
    private readonly ClientThread _thread;
    private volatile bool _isEnding;

    /// <param name="connection">The cluster.</param>
    /// <param name="topics">The topics, which are looked up or made at their first use.</param>
    /// <param name="id">The transactional id: what a member of the same name left unfinished when it died ends when this one begins.</param>
    /// <exception cref="EventBusException">The settings do not go together.</exception>
    public TransactionalProducer(KafkaConnection connection, TopicDirectory topics, string id)
    {
        _connection = connection;
        _topics = topics;
        var timeout = (long)connection.Options.TransactionTimeout.TotalMilliseconds;
        _client = connection.CreateProducer(
            ("transactional.id", id),
            ("transaction.timeout.ms", $"{timeout}"),
            ("message.timeout.ms", $"{timeout}"));
        var events = new ClientEvents(connection, _client, $"transactional producer {id}");
        _thread = new ClientThread(_client, "EventBus Kafka transactions", @event =>
        {
            // An event counts as on its way until the report of it is destroyed.
            events.TryHandle(@event);
            Librdkafka.DestroyEvent(@event);
        });
    }

    /// <summary>Fences whoever had the id before, and ends what it left unfinished.</summary>
    public TransactionError? Init() => Repeat(static (client, milliseconds, _) => Librdkafka.InitTransactions(client, milliseconds), 0);

    /// <summary>Stores a transaction: all of it, if it succeeds, and nothing that a reader sees, if it does not.</summary>
    /// <returns>Null where it is stored.</returns>
    public TransactionError? Store(GroupTransaction transaction)
    {
        if (TransactionError.Take(Librdkafka.BeginTransaction(_client.Handle)) is { } failure)
        {
            return failure;
        }

        foreach (var each in transaction.Published)
        {
            if (Produce(in each) is { } refused)
            {
                return refused;
            }
        }

        return Repeat(
                (client, milliseconds, group) => Librdkafka.SendOffsets(client, transaction.Offsets.Pointer, group, milliseconds),
                transaction.GroupMetadata)
            ?? Repeat(static (client, milliseconds, _) => Librdkafka.CommitTransaction(client, milliseconds), 0);
    }

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

    private TransactionError? Produce(in OutgoingEvent outgoing)
    {
        if (!_known.Contains(outgoing.Topic) && FailureOf(outgoing.Topic) is { } missing)
        {
            return missing;
        }

        var topic = _client.Topic(_connection.Names.Topic(outgoing.Topic));
        while (true)
        {
            var code = _writer.Produce(_client.Handle, topic, -1, outgoing.Envelope, 0);
            if (code == ErrorCode.NoError)
            {
                return null;
            }

            if (code != ErrorCode.Local_QueueFull || _isEnding)
            {
                return TransactionError.OfEvent(code);
            }

            _ = Librdkafka.Flush(_client.Handle, RoomMilliseconds);
        }
    }

    private TransactionError? FailureOf(string topic)
    {
        try
        {
            _topics.GetPartitionsAsync(topic, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            _known.Add(topic);
            return null;
        }
        catch (Exception exception) when (exception is EventBusException or KafkaException or TimeoutException)
        {
            return new TransactionError(new Error(ErrorCode.Local_UnknownTopic, exception.Message), IsRetriable: false, RequiresAbort: true);
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
