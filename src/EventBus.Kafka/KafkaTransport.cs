using System.Collections.Concurrent;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Consuming;
using EventBus.Kafka.Groups;
using EventBus.Kafka.Publishing;
using EventBus.Kafka.Reading;
using EventBus.Kafka.Topics;
using EventBus.Transports;

namespace EventBus.Kafka;

/// <summary>One bus's way to Apache Kafka.</summary>
internal sealed class KafkaTransport : IEventTransport, ISeekableTransport, ILagTransport
{
    private readonly KafkaConnection _connection;
    private readonly ClusterClient _cluster;
    private readonly TopicDirectory _topics;
    private readonly TopicCheck _check;
    private readonly TopicTrimmer _trimmer;
    private readonly KafkaPublisher _publisher;
    private readonly ReaderPool _pool;
    private readonly LogReader _reader;
    private readonly SeekFeed _feed;
    private readonly GroupOpening _opening;
    private readonly GroupSeeker _seeker;
    private readonly GroupLag _lag;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _closingToken;
    private readonly ConcurrentDictionary<KafkaConsumer, byte> _consumers = new();
    private bool _isDisposed;

    /// <param name="connection">The cluster.</param>
    /// <param name="events">The topics of the events that the application knows.</param>
    public KafkaTransport(KafkaConnection connection, IReadOnlyCollection<string> events)
    {
        _connection = connection;
        _closingToken = _closing.Token;
        _cluster = new ClusterClient(connection);
        _topics = new TopicDirectory(connection, _cluster);
        _check = new TopicCheck(connection, cluster: _cluster, _topics, events);
        _publisher = new KafkaPublisher(connection, _topics);
        _pool = new ReaderPool(connection);
        var places = new LogPlaces(connection, _cluster);
        _trimmer = new TopicTrimmer(connection, _cluster, places);
        var offsets = new GroupOffsets(connection, _cluster);
        var board = new SeekBoard();
        _reader = new LogReader(connection, _topics, places, _pool, _closingToken);
        _feed = new SeekFeed(connection, _topics, _reader, board);
        _opening = new GroupOpening(connection, _cluster, _topics, places, offsets, board);
        _seeker = new GroupSeeker(connection, _cluster, _topics, places, offsets, board, _feed);
        _lag = new GroupLag(connection, _cluster, _topics, offsets, new OldestEvents(connection, _pool));
    }

    public string Name => "kafka";

    public static ObjectDisposedException Disposed() => KafkaPublisher.Disposed();

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await BrokerCheck.RunAsync(_connection, _cluster, cancellationToken).ConfigureAwait(false);
        await _check.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        return _closingToken.IsCancellationRequested
            ? ValueTask.FromException<Position>(Disposed())
            : _publisher.AppendAsync(topic, in envelope, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        if (positions.Length != envelopes.Length)
        {
            throw new ArgumentException("There must be as many positions as envelopes.", nameof(positions));
        }

        return _closingToken.IsCancellationRequested
            ? ValueTask.FromException(Disposed())
            : _publisher.AppendAsync(topic, envelopes, positions, cancellationToken);
    }

    public async ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        _feed.Start();
        var consumer = new KafkaConsumer(await OrClosedAsync(_opening.OpenAsync(request, cancellationToken)).ConfigureAwait(false));
        consumer.Closed = closed => _consumers.TryRemove(closed, out _);
        _consumers.TryAdd(consumer, 0);
        if (_closingToken.IsCancellationRequested)
        {
            // The transport was disposed meanwhile, and may have missed it.
            await consumer.DisposeAsync().ConfigureAwait(false);
            throw Disposed();
        }

        return consumer;
    }

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ThrowIfClosed();
        CheckTopic(topic, from);
        return _reader.ReadAsync(topic, from, follow, cancellationToken);
    }

    public async ValueTask SeekAsync(string group, string topic, SeekTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(topic);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        CheckTopic(topic, target);
        await OrClosedAsync(_seeker.SeekAsync(
            group, topic, target, (wish, token) => _publisher.AppendAsync(SeekWish.Log, wish, token), cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        ThrowIfClosed();
        var lag = _lag.GetAsync(group, cancellationToken);
        await OrClosedAsync(lag).ConfigureAwait(false);
        return await lag.ConfigureAwait(false);
    }

    public async ValueTask TrimAsync(Position before, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await OrClosedAsync(_trimmer.TrimAsync(before, cancellationToken)).ConfigureAwait(false);
    }

    // Consumers first, so that what they have settled is written; the cluster's client last, which the others ask.
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_consumers.Keys.Select(static consumer => consumer.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _feed.DisposeAsync().ConfigureAwait(false);
        await _publisher.DisposeAsync().ConfigureAwait(false);
        await _pool.DisposeAsync().ConfigureAwait(false);
        await _cluster.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private static void CheckTopic(string topic, SeekTarget target)
    {
        if (target.Position is { } position && !string.Equals(position.Topic, topic, StringComparison.Ordinal))
        {
            throw new EventBusException($"The position {position} is not in topic '{topic}'. Seek in the position's own topic.");
        }
    }

    // What ends because the transport is disposed meanwhile says so.
    private async Task<T> OrClosedAsync<T>(Task<T> task)
    {
        await OrClosedAsync((Task)task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    private async Task OrClosedAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (_closingToken.IsCancellationRequested)
        {
            throw Disposed();
        }
    }

    private void ThrowIfClosed()
    {
        if (_closingToken.IsCancellationRequested)
        {
            throw Disposed();
        }
    }
}
