using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using EventBus.Redis.Connections;
using EventBus.Redis.Delayed;
using EventBus.Redis.Entries;
using EventBus.Redis.Topics;
using StackExchange.Redis;

namespace EventBus.Redis.Publishing;

/// <summary>
/// Stores events: an XADD each, as many on the way as there are callers, all on one connection, which keeps their order. What the server did not
/// answer, because it went away, is sent again until the time-out; it may have been stored before, and then comes twice, with one id.
/// </summary>
internal sealed class Appender(
    RedisConnection connection, TopicDirectory topics, DelayedEvents delayed, RedisOptions options, TimeProvider time)
{
    // Of a large batch so many are on the way at once: more gain nothing, and each takes memory.
    private const int Window = 1_024;
    private const int MostFrames = 4_096;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);
    private readonly EntryWriter _writer = new();
    private readonly ConcurrentQueue<EntryFrame> _frames = new();
    private int _framesKept;

    public ValueTask<Position> AppendAsync(string topic, Envelope envelope, CancellationToken closing, CancellationToken cancellationToken) =>
        topics.TryGet(topic, out var known) && connection.TryGetDatabase(out var database) && !known.IsReturns
            ? AppendAsync(database, known, known.PartitionOf(envelope.Key), envelope, closing, cancellationToken)
            : AppendFirstAsync(topic, envelope, closing, cancellationToken);

    public async ValueTask AppendAsync(
        string topic, ReadOnlyMemory<Envelope> envelopes, Memory<Position> positions, CancellationToken closing,
        CancellationToken cancellationToken)
    {
        var found = await FindAsync(topic, stored: 0, closing, cancellationToken).ConfigureAwait(false);
        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var unkeyed = found.NextUnkeyed();
        var sent = new Sending[Math.Min(Window, envelopes.Length)];
        for (var start = 0; start < envelopes.Length; start += Window)
        {
            var count = Math.Min(Window, envelopes.Length - start);
            var batch = database.CreateBatch();
            for (var i = 0; i < count; i++)
            {
                ref readonly var envelope = ref envelopes.Span[start + i];
                var frame = Rent();
                var partition = envelope.Key is { } key ? found.PartitionOf(key) : unkeyed;
                var answer = batch.StreamAddAsync(found.Streams[partition], frame.Fill(in envelope, _writer));
                sent[i] = new Sending(answer, frame, partition);
            }

            batch.Execute();
            for (var i = 0; i < count; i++)
            {
                var position = await AnswerAsync(
                    sent[i], database, found, envelopes.Span[start + i], start + i, closing, cancellationToken).ConfigureAwait(false);
                positions.Span[start + i] = position;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Position> AppendAsync(
        IDatabase database, RedisTopic topic, int partition, Envelope envelope, CancellationToken closing, CancellationToken cancellationToken)
    {
        var frame = Rent();
        var sent = database.StreamAddAsync(topic.Streams[partition], frame.Fill(in envelope, _writer));
        if (cancellationToken.CanBeCanceled && !sent.IsCompleted)
        {
            sent = sent.WaitAsync(cancellationToken);
        }

        RedisValue answer;
        try
        {
            answer = await sent.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return await AgainAsync(exception, database, topic, partition, envelope, 0, closing, cancellationToken).ConfigureAwait(false);
        }

        return Stored(answer, frame, database, topic, partition);
    }

    private async ValueTask<Position> AppendFirstAsync(
        string topic, Envelope envelope, CancellationToken closing, CancellationToken cancellationToken)
    {
        var found = await FindAsync(topic, stored: 0, closing, cancellationToken).ConfigureAwait(false);
        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        if (delayed.DueOf(topic, in envelope) is { } due)
        {
            var partition = found.PartitionOf(envelope.Key);
            await RetryAsync(
                () => delayed.StoreAsync(database, found, partition, envelope, due).WaitAsync(cancellationToken),
                null, topic, stored: 0, closing, cancellationToken).ConfigureAwait(false);

            // It has no place in the stream before it is due.
            return new Position(topic, partition, new Offset(0, 0));
        }

        return await AppendAsync(database, found, found.PartitionOf(envelope.Key), envelope, closing, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Position> AnswerAsync(
        Sending sent, IDatabase database, RedisTopic topic, Envelope envelope, int stored, CancellationToken closing,
        CancellationToken cancellationToken)
    {
        try
        {
            var answer = await (sent.Answer.IsCompleted ? sent.Answer : sent.Answer.WaitAsync(cancellationToken)).ConfigureAwait(false);
            return Stored(answer, sent.Frame, database, topic, sent.Partition);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return await AgainAsync(exception, database, topic, sent.Partition, envelope, stored, closing, cancellationToken).ConfigureAwait(false);
        }
    }

    // The frame of the call that failed is not used again: nobody knows whether the client still reads it.
    private async Task<Position> AgainAsync(
        Exception exception, IDatabase database, RedisTopic topic, int partition, Envelope envelope, int stored, CancellationToken closing,
        CancellationToken cancellationToken)
    {
        var position = default(Position);
        await RetryAsync(
            async () =>
            {
                var answer = await database.StreamAddAsync(topic.Streams[partition], new EntryFrame().Fill(in envelope, _writer))
                    .WaitAsync(cancellationToken).ConfigureAwait(false);
                position = new Position(topic.Name, partition, EntryId.Parse(answer));
            },
            exception, topic.Name, stored, closing, cancellationToken).ConfigureAwait(false);
        return position;
    }

    private async ValueTask<RedisTopic> FindAsync(string topic, int stored, CancellationToken closing, CancellationToken cancellationToken)
    {
        if (topics.TryGet(topic, out var known))
        {
            return known;
        }

        RedisTopic? found = null;
        await RetryAsync(
            async () => found = await topics.GetOrAddAsync(topic, cancellationToken).ConfigureAwait(false),
            null, topic, stored, closing, cancellationToken).ConfigureAwait(false);
        return found!;
    }

    // Calls until it succeeds, the error is not one that passes, or the time is over.
    private async Task RetryAsync(
        Func<Task> action, Exception? failure, string topic, int stored, CancellationToken closing, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var pause = s_firstPause; ; pause = pause * 2 > s_longestPause ? s_longestPause : pause * 2)
        {
            if (failure is not null)
            {
                connection.Failed(failure);
                if (closing.IsCancellationRequested)
                {
                    throw RedisTransport.Disposed();
                }

                if (!RedisErrors.IsOutage(failure) || failure is RedisTimeoutException || time.GetElapsedTime(start) >= options.PublishTimeout)
                {
                    throw Failed(failure, topic, stored);
                }

                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                await action().ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                failure = exception;
            }
            catch (EventBusException exception) when (exception.InnerException is RedisException)
            {
                throw Failed(exception.InnerException, topic, stored);
            }
        }
    }

    private static PublishException Failed(Exception failure, string topic, int stored) => failure switch
    {
        _ when RedisErrors.IsOutOfMemory(failure) => new PublishException(
            $"The event for '{topic}' was not stored: Redis has no memory left ({failure.Message}) Give it more (maxmemory), or keep less "
            + "(EventBus:Redis:RetainedEvents, RetainedAge, RetainedBytes).",
            topic, stored, failure) { IsOutage = true },
        RedisServerException { Message: var message } when message.StartsWith("WRONGTYPE", StringComparison.Ordinal) => new PublishException(
            $"The event for '{topic}' was not stored: where its stream should be, Redis has a key of another type. Remove that key, or use "
            + "another EventBus:Redis:KeyPrefix.",
            topic, stored, failure),
        _ when RedisErrors.IsOutage(failure) => new PublishException(
            $"The event for '{topic}' could not be stored in time, and it is not known whether it was: {failure.Message}",
            topic, stored, failure) { IsOutage = true },
        _ => new PublishException($"The event for '{topic}' was not stored: {failure.Message}", topic, stored, failure),
    };

    private Position Stored(RedisValue answer, EntryFrame frame, IDatabase database, RedisTopic topic, int partition)
    {
        Return(frame);
        if (connection.IsCluster)
        {
            StreamNews.Tell(connection, database, topic.Streams[partition]);
        }

        return new Position(topic.Name, partition, EntryId.Parse(answer));
    }

    private EntryFrame Rent()
    {
        if (_frames.TryDequeue(out var frame))
        {
            Interlocked.Decrement(ref _framesKept);
            return frame;
        }

        return new EntryFrame();
    }

    private void Return(EntryFrame frame)
    {
        if (frame.IsReusable && Volatile.Read(ref _framesKept) < MostFrames)
        {
            Interlocked.Increment(ref _framesKept);
            _frames.Enqueue(frame);
        }
    }

    /// <summary>An event of a batch that is on the way.</summary>
    private readonly record struct Sending(Task<RedisValue> Answer, EntryFrame Frame, int Partition);
}
