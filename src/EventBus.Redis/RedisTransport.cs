using System.Collections.Concurrent;
using EventBus.Redis.Connections;
using EventBus.Redis.Consuming;
using EventBus.Redis.Delayed;
using EventBus.Redis.Groups;
using EventBus.Redis.Publishing;
using EventBus.Redis.Reading;
using EventBus.Redis.Retention;
using EventBus.Redis.Topics;
using EventBus.Transports;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventBus.Redis;

/// <summary>One bus's way to Redis Streams: a stream a partition, a consumer group a group. It disposes the connection, which it may share.</summary>
internal sealed class RedisTransport : IEventTransport, ISeekableTransport, ILagTransport
{
    private readonly RedisConnection _connection;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TopicDirectory _topics;
    private readonly DelayedEvents _delayed;
    private readonly Appender _appender;
    private readonly LogReader _reader;
    private readonly GroupLag _lag;
    private readonly RetentionKeeper _retention;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _closingToken;
    private readonly ConcurrentDictionary<RedisConsumer, byte> _consumers = new();
    private readonly ConcurrentDictionary<string, ConcurrentBag<long>> _gone = new(StringComparer.Ordinal);
    private bool _isDisposed;

    public RedisTransport(RedisConnection connection, RedisOptions options, TimeProvider time, ILogger log)
    {
        _connection = connection;
        _options = options;
        _time = time;
        _log = log;
        _closingToken = _closing.Token;
        _topics = new TopicDirectory(connection, options);
        _delayed = new DelayedEvents(connection, time);
        _appender = new Appender(connection, _topics, _delayed, options, time);
        _reader = new LogReader(connection, _topics, _closingToken);
        _lag = new GroupLag(connection, _topics, _delayed);
        _retention = new RetentionKeeper(connection, options, time, log);

        // Also of a bus that only publishes, and was never started.
        _topics.Used += (_, _) => _retention.Start();
    }

    public string Name => "redis";

    public static ObjectDisposedException Disposed() => new(
        nameof(IEventTransport), "The Redis transport has been disposed: the bus has stopped for good, and nothing was stored.");

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await _connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        _retention.Start();
    }

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken cancellationToken)
    {
        if (_closingToken.IsCancellationRequested)
        {
            return ValueTask.FromException<Position>(Disposed());
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Position>(cancellationToken)
            : _appender.AppendAsync(topic, envelope, _closingToken, cancellationToken);
    }

    public ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken cancellationToken)
    {
        if (positions.Length != envelopes.Length)
        {
            throw new ArgumentException("There must be as many positions as envelopes.", nameof(positions));
        }

        if (_closingToken.IsCancellationRequested)
        {
            return ValueTask.FromException(Disposed());
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : _appender.AppendAsync(topic, envelopes, positions, _closingToken, cancellationToken);
    }

    public async ValueTask<ITransportConsumer> OpenConsumerAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        try
        {
            var consumer = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
            _consumers.TryAdd(consumer, 0);
            consumer.Closed = closed => _consumers.TryRemove(closed, out _);
            if (_closingToken.IsCancellationRequested)
            {
                // The transport was disposed meanwhile, and may have missed it.
                await consumer.DisposeAsync().ConfigureAwait(false);
                throw Disposed();
            }

            return consumer;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new EventBusException($"Group '{request.Group}' could not be joined: {exception.Message}", exception);
        }
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
        var found = await _topics.GetOrAddAsync(topic, cancellationToken).ConfigureAwait(false);
        if (target.Position is { } position && position.Partition >= found.Partitions)
        {
            throw new EventBusException($"The position {position} does not exist: topic '{topic}' has {found.Partitions} partitions.");
        }

        var isCompeting = _options.IsCompeting(group);
        var seeker = new GroupSeeker(
            _connection, new GroupClient(_connection, group, _options.MemberTimeout), new GroupPlace(_connection, group, isCompeting), isCompeting);
        await seeker.SeekAsync(found, target, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        ThrowIfClosed();
        return _lag.GetAsync(group, cancellationToken);
    }

    public ValueTask TrimAsync(Position before, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return _retention.TrimAsync(before, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var consumer in _consumers.Keys)
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
        }

        await _retention.DisposeAsync().ConfigureAwait(false);
        await _topics.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task<RedisConsumer> OpenAsync(ConsumerRequest request, CancellationToken cancellationToken)
    {
        await _topics.ListenAsync(cancellationToken).ConfigureAwait(false);
        var isCompeting = _options.IsCompeting(request.Group);
        var group = new GroupClient(_connection, request.Group, _options.MemberTimeout);
        var place = new GroupPlace(_connection, request.Group, isCompeting);
        var gone = _gone.GetOrAdd(request.Group, static _ => []);
        var context = new GroupContext(_connection, request, group, place, _topics, _delayed, _options, gone.Add, _time, _log);
        var dedicated = await _connection.OpenAsync(request.Group, PartitionReads.BlockTime).ConfigureAwait(false);
        var number = 0L;
        try
        {
            number = await group.JoinAsync(
                isCompeting ? GroupClient.Competing : GroupClient.Ordered, new MemberInfo(request.Member, [.. request.Topics]), gone).ConfigureAwait(false);
            if (number < 0)
            {
                throw new EventBusException(
                    $"Group '{request.Group}' {(isCompeting ? "keeps order" : "competes")} for the members that it has, and {(isCompeting ? "competes" : "keeps order")} "
                    + $"for this one: say the same in EventBus:Redis:{nameof(RedisOptions.CompetingGroups)} of all instances.");
            }

            gone.Clear();
            await _retention.WelcomeAsync(request.Group).ConfigureAwait(false);
            GroupMember member = isCompeting ? new CompetingMember(context, number, request.Member) : new OrderedMember(context, number, request.Member);
            var names = new ConsumerNames(
                place.NameFor(number), isCompeting ? CompetingMember.ConsumerOf(number, request.Member) : request.Member, isCompeting);
            var reads = new PartitionReads(dedicated, _connection, names.ConsumerGroup, names.Consumer, _options.ReadCount);
            await reads.OpenAsync().ConfigureAwait(false);
            await member.OpenAsync().ConfigureAwait(false);
            var consumer = new RedisConsumer(_connection, request, reads, names, _options.ReadCount, _time, _log);
            consumer.Start(member);
            return consumer;
        }
        catch
        {
            if (number > 0)
            {
                // It is a member to the others, which would leave it its share. The next one to join takes it out.
                gone.Add(number);
            }

            await dedicated.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static void CheckTopic(string topic, SeekTarget target)
    {
        if (target.Position is { } position && !string.Equals(position.Topic, topic, StringComparison.Ordinal))
        {
            throw new EventBusException($"The position {position} is not in topic '{topic}'. Seek in the position's own topic.");
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
