using System.Collections.Concurrent;
using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;
using EventBus.Kafka.Records;
using EventBus.Kafka.Topics;

namespace EventBus.Kafka.Publishing;

/// <summary>Publishes by one idempotent producer at a time, which is made at the first use and again when it has failed for good.</summary>
/// <remarks>
/// The way of an event: its topic is looked up, once; it is handed to the library, which copies it; the producer's thread takes the report and ends the
/// call. Where the topic is not known yet or the library is full, the call waits, and those that come later wait behind it.
/// </remarks>
internal sealed class KafkaPublisher : IAsyncDisposable
{
    private const int MostKept = 16_384;
    private static readonly TimeSpan s_flushTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_watchPause = TimeSpan.FromMilliseconds(250);
    private readonly KafkaConnection _connection;
    private readonly TopicDirectory _topics;
    private readonly TopicGate _gate;
    private readonly WaitingLine _line = new();
    private readonly RecordWriter _writer = new();
    private readonly ReportTable _reports = new();
    private readonly ConcurrentQueue<PendingAppend> _kept = new();
    private readonly ConcurrentDictionary<string, PublishTopic> _known = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<Task> _ends = [];
    private readonly ITimer _watch;
    private Producer? _producer;
    private Task? _closing;
    private int _keptCount;
    private int _isWatching;
    private uint _turn;
    private volatile bool _isClosed;

    // While a producer ends what it was given: so that none of a key's later events comes before an earlier one.
    private volatile bool _isRetiring;

    public KafkaPublisher(KafkaConnection connection, TopicDirectory topics)
    {
        _connection = connection;
        _topics = topics;
        _gate = new TopicGate(connection, topics, _line);
        _watch = connection.Time.CreateTimer(
            static state => ((KafkaPublisher)state!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>For <see cref="PendingCall.Started"/>.</summary>
    public long Now => _connection.Time.GetTimestamp();

    public static ObjectDisposedException Disposed() => new(
        nameof(Transports.IEventTransport), "The Kafka transport has been disposed: the bus has stopped for good, and nothing was stored.");

    /// <summary>Whether the library did not take an event, but will when there is room or another producer.</summary>
    public static bool IsForLater(ErrorCode code) => code is ErrorCode.Local_QueueFull or ErrorCode.Local_Fatal;

    public ValueTask<Position> AppendAsync(string topic, in Envelope envelope, CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            return ValueTask.FromException<Position>(Disposed());
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Position>(cancellationToken)
            : Rent().Begin(TopicOf(topic), in envelope, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            return ValueTask.FromException(Disposed());
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (envelopes.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        var batch = new PendingBatch(this, _reports, TopicOf(topic), envelopes, positions, cancellationToken);
        if (!MayHandOver(batch.Topic) || !batch.TryHandOver())
        {
            Wait(batch);
        }

        return batch.Task;
    }

    /// <summary>Whether a call may hand over its events at once: its topic is there, and nobody waits who came earlier.</summary>
    public bool MayHandOver(PublishTopic topic) => topic.IsReady && _line.IsEmpty;

    /// <summary>Has a call wait for its topic and for room.</summary>
    public void Wait(PendingCall call)
    {
        _gate.Add(call);
        KeepWatch();
    }

    /// <summary>Hands over one event.</summary>
    /// <returns>What the library says; see <see cref="IsForLater"/>.</returns>
    public ErrorCode Produce(PublishTopic topic, int partition, in Envelope envelope, nint state)
    {
        if (_isRetiring || (Volatile.Read(ref _producer) ?? MakeProducer()) is not { } producer)
        {
            return ErrorCode.Local_Fatal;
        }

        var code = producer.TryProduce(_writer, topic, partition, in envelope, state);
        if (code == ErrorCode.Local_Fatal)
        {
            Replace(producer, producer.Client.FatalError());
        }

        return code;
    }

    /// <summary>A partition for the events of a batch that have no key, so that they keep their order; -1 for any.</summary>
    public int NextUnkeyed(PublishTopic topic) =>
        _topics.TryGetPartitions(topic.Name, out var partitions) ? (int)(Interlocked.Increment(ref _turn) % (uint)partitions) : -1;

    /// <summary>Why a call that waits for room has waited for too long; null where it has not.</summary>
    public bool IsOverdue(PendingCall call) => _connection.Time.GetElapsedTime(call.Started) >= _connection.Options.PublishTimeout;

    public PublishFailure NoRoom() => PublishFailure.NoRoom(_connection.Options);

    /// <summary>Learns from a failure: a topic that is not there any more is looked up, and perhaps made, before the next event.</summary>
    public void Learn(PublishTopic topic, ErrorCode code)
    {
        if (code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition)
        {
            _topics.Forget(topic.Name);
            topic.IsReady = false;
        }
    }

    /// <summary>Takes back a call that nobody holds on to any more.</summary>
    public void Return(PendingAppend call)
    {
        if (Volatile.Read(ref _keptCount) < MostKept)
        {
            Interlocked.Increment(ref _keptCount);
            _kept.Enqueue(call);
        }
    }

    /// <summary>Sends what has been handed over, and ends the calls that wait; those that have no answer after a while fail.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
            return new(_closing ??= CloseAsync(_producer, [.. _ends]));
        }
    }

    private async Task CloseAsync(Producer? producer, Task[] ends)
    {
        _gate.Close(PublishFailure.Closed);
        _line.Close(PublishFailure.Closed);
        if (producer is not null)
        {
            await producer.FlushAsync(s_flushTimeout).ConfigureAwait(false);
            await producer.EndAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(ends).ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
    }

    private Producer? MakeProducer()
    {
        lock (_lock)
        {
            return _producer ??= _isClosed || _isRetiring ? null : new Producer(_connection, _reports, _line.Wake, Replace, Retire);
        }
    }

    // Has the producer send what it was given, and then another one take its place. Calls wait as long.
    private void Retire(Producer producer)
    {
        lock (_lock)
        {
            if (_producer != producer || _isClosed)
            {
                return;
            }

            _producer = null;
            _isRetiring = true;
            _ends.RemoveAll(static end => end.IsCompleted);
            _ends.Add(producer.RetireAsync(s_flushTimeout, Retired));
        }

        _connection.Log.ProducerRetired();
    }

    private void Retired()
    {
        _isRetiring = false;
        _line.Wake();
    }

    // What was on its way fails: whether it is stored, nobody knows.
    private void Replace(Producer producer, ClusterError? error)
    {
        lock (_lock)
        {
            if (_producer != producer || _isClosed)
            {
                return;
            }

            _producer = null;
            _ends.RemoveAll(static end => end.IsCompleted);
            _ends.Add(producer.EndAsync());
        }

        _connection.Log.ProducerFailed(error?.Code ?? ErrorCode.Local_Fatal, error?.Reason ?? "");
        _line.Wake();
    }

    private PublishTopic TopicOf(string topic) => _known.TryGetValue(topic, out var known)
        ? known
        : _known.GetOrAdd(topic, static (topic, names) => new PublishTopic(topic, names.Topic(topic)), _connection.Names);

    private PendingAppend Rent()
    {
        if (_kept.TryDequeue(out var call))
        {
            Interlocked.Decrement(ref _keptCount);
            return call;
        }

        return new PendingAppend(this, _reports);
    }

    private void KeepWatch()
    {
        if (Interlocked.Exchange(ref _isWatching, 1) == 0)
        {
            _watch.Change(s_watchPause, Timeout.InfiniteTimeSpan);
        }
    }

    // While calls wait: their time may be over, and a producer that failed has no reports that would wake them.
    private void Watch()
    {
        Interlocked.Exchange(ref _isWatching, 0);
        _gate.Expire();
        _line.Wake();
        if (!_line.IsEmpty || !_gate.IsEmpty)
        {
            KeepWatch();
        }
    }
}
