using System.Runtime.CompilerServices;
using EventBus.Redis.Connections;
using EventBus.Redis.Entries;
using EventBus.Redis.Groups;
using EventBus.Redis.Topics;
using StackExchange.Redis;

namespace EventBus.Redis.Reading;

/// <summary>Reads a topic without a group. Where to start and to end is decided at the call, not at the first event.</summary>
internal sealed class LogReader(RedisConnection connection, TopicDirectory topics, CancellationToken closing)
{
    private const int FirstPage = 16;
    private const int LongestPage = 512;
    private static readonly TimeSpan s_blockTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_clusterPause = TimeSpan.FromMilliseconds(50);

    public IAsyncEnumerable<LogEntry> ReadAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken) =>
        ReadAsync(OpenAsync(topic, from, follow, cancellationToken), topic, follow, cancellationToken);

    private static string? StartOf(SeekTarget from, int partition, string end) =>
        from.IsLatest ? end : GroupPlace.StartOf(from, partition);

    // The cursors of the partitions; null where the topic is not there.
    private async Task<List<LogCursor>?> OpenAsync(string topic, SeekTarget from, bool follow, CancellationToken cancellationToken)
    {
        if (await topics.FindAsync(topic, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        if (from.Position is { } position && position.Partition >= found.Partitions)
        {
            throw new EventBusException($"The position {position} does not exist: topic '{topic}' has {found.Partitions} partitions.");
        }

        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var ends = await Task.WhenAll(found.Streams.Select(stream => StreamEnd.OfAsync(database, stream))).ConfigureAwait(false);
        return [.. ends.Select((end, partition) => StartOf(from, partition, end) is { } start
            ? new LogCursor(found, partition, start, follow ? null : EntryId.Parse(end))
            : null).OfType<LogCursor>()];
    }

    private async IAsyncEnumerable<LogEntry> ReadAsync(
        Task<List<LogCursor>?> opening, string topic, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing);
        var cursors = await OrClosedAsync(opening, cancellationToken).ConfigureAwait(false);
        if (cursors is null && follow)
        {
            cursors = await OrClosedAsync(WhenThereAsync(topic, either.Token), cancellationToken).ConfigureAwait(false);
        }

        DedicatedConnection? waiting = null;
        try
        {
            var reader = new EntryReader();
            for (var page = FirstPage; cursors is { Count: > 0 }; page = Math.Min(page * 2, LongestPage))
            {
                var count = 0;
                foreach (var cursor in cursors)
                {
                    foreach (var entry in await OrClosedAsync(PageAsync(cursor, page, either.Token), cancellationToken).ConfigureAwait(false))
                    {
                        count++;
                        cancellationToken.ThrowIfCancellationRequested();
                        yield return cursor.Read(entry, reader);
                    }
                }

                cursors.RemoveAll(static cursor => cursor.IsAtEnd);
                if (count == 0 && follow && connection.IsCluster)
                {
                    // One command cannot wait for streams of several nodes.
                    await OrClosedAsync(PauseAsync(either.Token), cancellationToken).ConfigureAwait(false);
                }
                else if (count == 0 && follow)
                {
                    waiting ??= await connection.OpenAsync("reader", s_blockTime).ConfigureAwait(false);
                    await OrClosedAsync(WaitAsync(waiting.Database, cursors, either.Token), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            if (waiting is not null)
            {
                await waiting.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<StreamEntry[]> PageAsync(LogCursor cursor, int count, CancellationToken cancellationToken)
    {
        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var entries = await database.StreamRangeAsync(cursor.Stream, $"({cursor.After}", cursor.Until, count)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        cursor.Advance(entries, count);
        return entries;
    }

    // Everything in a topic that was not there at the call is new, wherever the reader wanted to start.
    private async Task<List<LogCursor>?> WhenThereAsync(string topic, CancellationToken cancellationToken)
    {
        await topics.ListenAsync(cancellationToken).ConfigureAwait(false);
        using var appeared = new SemaphoreSlim(0);
        void OnAppeared(object? sender, EventArgs e) => appeared.Release();
        topics.Appeared += OnAppeared;
        try
        {
            while (true)
            {
                if (await topics.FindAsync(topic, cancellationToken).ConfigureAwait(false) is { } found)
                {
                    return [.. Enumerable.Range(0, found.Partitions).Select(partition => new LogCursor(found, partition, EntryId.Start, null))];
                }

                await appeared.WaitAsync(s_blockTime, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            topics.Appeared -= OnAppeared;
        }
    }

    private static async Task<bool> PauseAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(s_clusterPause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> WaitAsync(IDatabase database, List<LogCursor> cursors, CancellationToken cancellationToken)
    {
        object[] arguments =
        [
            "COUNT", 1, "BLOCK", (long)s_blockTime.TotalMilliseconds, "STREAMS",
            .. cursors.Select(static cursor => (object)cursor.Stream), .. cursors.Select(static cursor => (object)cursor.After),
        ];
        return !(await database.ExecuteAsync("XREAD", arguments).WaitAsync(cancellationToken).ConfigureAwait(false)).IsNull;
    }

    private async Task<T> OrClosedAsync<T>(Task<T> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            throw RedisTransport.Disposed();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new EventBusException($"The topic could not be read from Redis: {exception.Message}", exception);
        }
    }
}
