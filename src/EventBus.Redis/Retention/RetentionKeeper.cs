using EventBus.Redis.Connections;
using EventBus.Redis.Diagnostics;
using EventBus.Redis.Entries;
using EventBus.Transports;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventBus.Redis.Retention;

/// <summary>
/// Keeps the streams of all topics as short as the settings say. Every process of the bus has one; one of them works at a time (<see cref="KeeperLease"/>).
/// </summary>
internal sealed class RetentionKeeper : IAsyncDisposable
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // What is left of a dead process's lease is waited for: more than one look that fails, and not long.
    private static readonly TimeSpan s_leaseTime = 3 * Interval;
    private static readonly TimeSpan s_releaseTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(250);

    private readonly RedisConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly KeeperLease _lease;
    private readonly GroupWatch _groups;
    private readonly PartitionSweep _sweep;
    private readonly CancellationTokenSource _closing = new();
    private Task? _running;
    private bool _hasFailed;
    private bool _isDisposed;

    public RetentionKeeper(RedisConnection connection, RedisOptions options, TimeProvider time, ILogger log)
    {
        _connection = connection;
        _time = time;
        _log = log;
        _lease = new KeeperLease(connection.Keys.Keeper, s_leaseTime);
        _groups = new GroupWatch(connection, options, time, log);
        _sweep = new PartitionSweep(connection, options, _groups, time, log);
    }

    /// <summary>Begins to look, every <see cref="Interval"/> from soon on. A second call does nothing.</summary>
    public void Start()
    {
        lock (_closing)
        {
            if (_running is null && !_isDisposed)
            {
                _groups.Restart();
                _running = RunAsync();
            }
        }
    }

    /// <summary>Notes that a group has a member: it holds retention back at once.</summary>
    public async Task WelcomeAsync(string group)
    {
        var database = await _connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        await _groups.NoteAsync(database, group, _time.GetUtcNow().ToUnixTimeMilliseconds()).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IEventTransport.TrimAsync"/>
    /// <remarks>What is released stays until the settings trim it, as settled events do.</remarks>
    public async ValueTask TrimAsync(Position before, CancellationToken cancellationToken)
    {
        if (!InternalTopics.IsInternal(before.Topic))
        {
            return;
        }

        var database = await _connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await database.StringSetAsync(
                _connection.Keys.Released(before.Topic, before.Partition), EntryId.Print(before.Offset), flags: CommandFlags.DemandMaster)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new EventBusException($"It could not be noted that what stands before {before} is not needed any more: {exception.Message}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_closing)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await (_running ?? Task.CompletedTask).ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>Looks at all partitions once, if no other process does; trims what is too much.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var database = await _connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var now = await _lease.TakeAsync(database).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (now == 0)
        {
            return;
        }

        await _groups.LookAsync(database, now).WaitAsync(cancellationToken).ConfigureAwait(false);
        await _sweep.RunAsync(database, now, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        for (var pause = s_firstLook; !_closing.IsCancellationRequested; pause = Interval)
        {
            await Task.Delay(pause, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryLookAsync(_closing.Token).ConfigureAwait(false);
        }

        await ReleaseAsync().ConfigureAwait(false);
    }

    private async Task TryLookAsync(CancellationToken token)
    {
        try
        {
            token.ThrowIfCancellationRequested();
            await LookAsync(token).ConfigureAwait(false);
            _hasFailed = false;
        }
        catch (Exception) when (token.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            _groups.Restart();
            _sweep.Forget();
            if (!_hasFailed)
            {
                _hasFailed = true;
                _log.RetentionFailed(exception, Interval);
            }
        }
    }

    // Another process goes on at once; without this it waits for the end of the lease.
    private async Task ReleaseAsync()
    {
        if (!_connection.TryGetDatabase(out var database))
        {
            return;
        }

        try
        {
            await _lease.ReleaseAsync(database).WaitAsync(s_releaseTime, TimeProvider.System).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
        }
    }
}
