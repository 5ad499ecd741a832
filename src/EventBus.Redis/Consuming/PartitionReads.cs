using EventBus.Redis.Connections;
using EventBus.Redis.Entries;
using EventBus.Redis.Topics;
using StackExchange.Redis;

namespace EventBus.Redis.Consuming;

/// <summary>
/// Reads a member's partitions, all with one command, on a connection of its own: one read at a time. While there is a backlog it asks for what is there;
/// else the command waits on the server, and nothing polls.
/// </summary>
/// <param name="connection">The connection of its own.</param>
/// <param name="shared">Where a read that waits is called off.</param>
/// <param name="consumerGroup">The consumer group's name.</param>
/// <param name="consumer">The consumer's name.</param>
/// <param name="readCount">The most entries of one read.</param>
internal sealed class PartitionReads(
    DedicatedConnection connection, RedisConnection shared, string consumerGroup, string consumer, int readCount) : IAsyncDisposable
{
    /// <summary>How long a read waits on the server before it is made anew.</summary>
    public static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(2);

    // Fewer than so many at once are no backlog: then it is better to wait on the server for the next ones than to ask for them first.
    private const int Backlog = 32;
    private const string New = ">";
    private static readonly TimeSpan s_interruptPause = TimeSpan.FromMilliseconds(1);
    private readonly StreamNews? _news = shared.IsCluster ? new StreamNews(shared) : null;
    private RedisAssignment[] _last = [];
    private StreamPosition[] _positions = [];
    private object[] _blocking = [];
    private Dictionary<RedisKey, RedisAssignment> _byStream = [];
    private Task _pending = Task.CompletedTask;
    private volatile bool _isWaiting;
    private long _connectionId = -1;

    /// <summary>Whether the last read got so much that there may be more.</summary>
    public bool HasBacklog { get; private set; } = true;

    /// <summary>Learns by which name the server knows the connection.</summary>
    public async Task OpenAsync() => _connectionId = (long)await connection.Database.ExecuteAsync("CLIENT", "ID").ConfigureAwait(false);

    /// <summary>Reads what comes next, of the history of a partition or of all.</summary>
    /// <param name="assignments">What to read; not the same array with other contents from one call to the next.</param>
    /// <param name="history">One of them whose pending entries are to be read; null for what is new.</param>
    /// <param name="mayWait">Whether the read may wait for an event; looked at last of all, after <see cref="InterruptAsync"/> knows of it.</param>
    /// <returns>What there was.</returns>
    public async Task<List<(RedisAssignment Assignment, StreamEntry[] Entries)>> ReadAsync(
        RedisAssignment[] assignments, RedisAssignment? history, Func<bool> mayWait)
    {
        // Not the read's own task: who waits for the read's end must not wait for what its reader does next.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _pending, done.Task);
        try
        {
            return history is not null
                ? await ReadHistoryAsync(history).ConfigureAwait(false)
                : await ReadNewAsync(assignments, mayWait).ConfigureAwait(false);
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <summary>Makes a read that waits for events end; completes when none is under way that was when this was called.</summary>
    public async Task InterruptAsync()
    {
        var pending = Volatile.Read(ref _pending);
        _news?.Wake();
        var database = await shared.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);

        // The command may be on its way still, and is not there yet to be called off.
        while (!pending.IsCompleted && _isWaiting && _news is null)
        {
            if ((long)await database.ExecuteAsync("CLIENT", "UNBLOCK", _connectionId).ConfigureAwait(false) == 1)
            {
                break;
            }

            await Task.WhenAny(pending, Task.Delay(s_interruptPause, TimeProvider.System)).ConfigureAwait(false);
        }

        await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        if (_news is not null)
        {
            await _news.DisposeAsync().ConfigureAwait(false);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<List<(RedisAssignment Assignment, StreamEntry[] Entries)>> ReadHistoryAsync(RedisAssignment assignment)
    {
        var entries = await connection.Database.StreamReadGroupAsync(
            assignment.Stream, consumerGroup, consumer, assignment.HistoryFrom!, readCount).ConfigureAwait(false);
        assignment.HistoryFrom = entries.Length < readCount ? null : (string?)entries[^1].Id;
        return [(assignment, entries)];
    }

    private async Task<List<(RedisAssignment Assignment, StreamEntry[] Entries)>> ReadNewAsync(
        RedisAssignment[] assignments, Func<bool> mayWait)
    {
        if (!ReferenceEquals(assignments, _last))
        {
            Prepare(assignments);
        }

        if (_news is not null)
        {
            return await ReadEachAsync(_news, assignments, mayWait).ConfigureAwait(false);
        }

        var read = new List<(RedisAssignment Assignment, StreamEntry[] Entries)>(assignments.Length);
        _isWaiting = !HasBacklog;
        Interlocked.MemoryBarrier();
        if (_isWaiting && mayWait())
        {
            try
            {
                Add(await connection.Database.ExecuteAsync("XREADGROUP", _blocking).ConfigureAwait(false), read);
            }
            finally
            {
                _isWaiting = false;
            }
        }
        else if (assignments is [var only])
        {
            _isWaiting = false;
            var entries = await connection.Database.StreamReadGroupAsync(only.Stream, consumerGroup, consumer, New, readCount)
                .ConfigureAwait(false);
            if (entries.Length > 0)
            {
                read.Add((only, entries));
            }
        }
        else
        {
            _isWaiting = false;
            foreach (var stream in await connection.Database.StreamReadGroupAsync(_positions, consumerGroup, consumer, CountEach(assignments))
                .ConfigureAwait(false))
            {
                read.Add((_byStream[stream.Key], stream.Entries));
            }
        }

        HasBacklog = read.Sum(static one => one.Entries.Length) >= Backlog;
        return read;
    }

    // On a cluster each stream is read by itself, all at once.
    private async Task<List<(RedisAssignment Assignment, StreamEntry[] Entries)>> ReadEachAsync(
        StreamNews news, RedisAssignment[] assignments, Func<bool> mayWait)
    {
        await news.FollowAsync(assignments.Select(static assignment => assignment.Stream)).ConfigureAwait(false);
        var read = await AllAsync(assignments).ConfigureAwait(false);
        if (read.Count == 0 && mayWait())
        {
            await news.WaitAsync(BlockTime).ConfigureAwait(false);
            read = await AllAsync(assignments).ConfigureAwait(false);
        }

        HasBacklog = read.Sum(static one => one.Entries.Length) >= Backlog;
        return read;
    }

    private async Task<List<(RedisAssignment Assignment, StreamEntry[] Entries)>> AllAsync(RedisAssignment[] assignments)
    {
        var count = CountEach(assignments);
        var reads = await Task.WhenAll(assignments.Select(assignment => connection.Database.StreamReadGroupAsync(
            assignment.Stream, consumerGroup, consumer, New, count))).ConfigureAwait(false);
        return [.. assignments.Zip(reads).Where(static pair => pair.Second.Length > 0)];
    }

    private void Add(RedisResult answer, List<(RedisAssignment Assignment, StreamEntry[] Entries)> read)
    {
        for (var i = 0; !answer.IsNull && i < answer.Length; i++)
        {
            read.Add((_byStream[(RedisKey)answer[i][0]], RawEntries.Read(answer[i][1])));
        }
    }

    private void Prepare(RedisAssignment[] assignments)
    {
        _last = assignments;
        _byStream = assignments.ToDictionary(static assignment => assignment.Stream);
        _positions = Array.ConvertAll(assignments, static assignment => new StreamPosition(assignment.Stream, New));
        _blocking =
        [
            "GROUP", consumerGroup, consumer, "COUNT", CountEach(assignments), "BLOCK", (long)BlockTime.TotalMilliseconds, "STREAMS",
            .. assignments.Select(static assignment => (object)assignment.Stream), .. assignments.Select(static _ => (object)New),
        ];
    }

    // COUNT goes for each stream.
    private int CountEach(RedisAssignment[] assignments) => Math.Max(1, readCount / assignments.Length);
}
