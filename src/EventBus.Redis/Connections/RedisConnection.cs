using StackExchange.Redis;

namespace EventBus.Redis.Connections;

/// <summary>
/// The way to the server: one connection that everything shares, and one more for each who waits for events, since a read that blocks holds up
/// whatever is sent behind it.
/// </summary>
/// <remarks>Closed with the last of its users, each of whom disposes it once. Connects at the first use; when the server goes away, the client comes back by itself.</remarks>
internal sealed class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan s_loadingPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_lookPause = TimeSpan.FromSeconds(1);
    private readonly Func<ConfigurationOptions> _configuration;
    private readonly Func<IConnectionMultiplexer>? _given;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly Lock _lock = new();
    private IConnectionMultiplexer? _shared;
    private IDatabase? _database;
    private int _users;
    private long _lastLook;
    private bool _isDisposed;

    /// <param name="configuration">How to connect; each call gives an object of its own.</param>
    /// <param name="given">The application's connection; null to make one.</param>
    /// <param name="options">The transport's settings.</param>
    /// <param name="time">The clock.</param>
    public RedisConnection(
        Func<ConfigurationOptions> configuration, Func<IConnectionMultiplexer>? given, RedisOptions options, TimeProvider time)
    {
        _configuration = configuration;
        _given = given;
        _options = options;
        _time = time;
        Keys = new RedisKeys(options.KeyPrefix);
    }

    public RedisKeys Keys { get; }

    /// <summary>Whether a command may not name keys of several partitions. Known once there is a connection.</summary>
    public bool IsCluster { get; private set; }

    /// <summary>The channels; to be called after <see cref="DatabaseAsync"/>.</summary>
    public ISubscriber Subscriber => _shared!.GetSubscriber();

    /// <summary>The commands; connects at the first call.</summary>
    /// <exception cref="EventBusException">The server could not be reached in time, or is not fit.</exception>
    public ValueTask<IDatabase> DatabaseAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _database) is { } database ? new(database) : ConnectAsync(cancellationToken);

    /// <summary>The commands, where there is a connection already.</summary>
    public bool TryGetDatabase([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IDatabase? database)
    {
        database = Volatile.Read(ref _database);
        return database is not null;
    }

    /// <summary>A connection that only its caller uses, and disposes.</summary>
    /// <param name="purpose">What for; in the client's name, which the server's CLIENT LIST shows.</param>
    /// <param name="blockTime">How long a command may keep its answer back.</param>
    /// <exception cref="EventBusException">The server could not be reached in time.</exception>
    public async Task<DedicatedConnection> OpenAsync(string purpose, TimeSpan blockTime)
    {
        var configuration = Prepare(_configuration(), purpose);
        configuration.AsyncTimeout = (int)(blockTime + TimeSpan.FromMilliseconds(configuration.AsyncTimeout)).TotalMilliseconds;

        // What was to be read must not be read later, on another connection, when nobody waits for it any more.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.AbortOnConnectFail = true;
        var address = Address(configuration);
        try
        {
            return new DedicatedConnection(await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false), _options.Database ?? -1);
        }
        catch (RedisException exception)
        {
            throw Unreachable(address, exception);
        }
    }

    /// <summary>
    /// Learns from the failure of a command: where the server has become a replica, the client looks for the one that has taken over, which by itself
    /// it would do once a minute.
    /// </summary>
    public void Failed(Exception exception)
    {
        var last = Interlocked.Read(ref _lastLook);
        if (RedisErrors.IsReplica(exception) && Volatile.Read(ref _shared) is { } shared
            && (last == 0 || _time.GetElapsedTime(last) >= s_lookPause)
            && Interlocked.CompareExchange(ref _lastLook, _time.GetTimestamp(), last) == last)
        {
            _ = LookAsync(shared);
        }
    }

    /// <summary>Adds a user.</summary>
    /// <returns>False if the connection is closed.</returns>
    public bool TryShare()
    {
        lock (_lock)
        {
            _users += _isDisposed ? 0 : 1;
            return !_isDisposed;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed || --_users > 0)
            {
                return;
            }

            _isDisposed = true;
        }

        await _connecting.WaitAsync().ConfigureAwait(false);
        if (_given is null && _shared is { } own)
        {
            await own.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<IDatabase> ConnectAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(RedisConnection));
            if (_database is null)
            {
                _shared ??= _given?.Invoke() ?? await OpenSharedAsync(cancellationToken).ConfigureAwait(false);
                var database = _shared.GetDatabase(_options.Database ?? -1);
                IsCluster = await CheckAsync(database, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _database, database);
            }

            return _database!;
        }
        finally
        {
            _connecting.Release();
        }
    }

    // The client takes a server for connected that answers to INFO alone.
    private async Task<bool> CheckAsync(IDatabase database, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            if (await ServerCheck.RunAsync(database, _options, cancellationToken).ConfigureAwait(false) is { } isCluster)
            {
                return isCluster;
            }

            if (Left(start) == TimeSpan.Zero)
            {
                throw new EventBusException(
                    "Redis still loads its data and serves nobody. Start later, or say by EventBus:Redis:StartTimeout how long to wait for it.");
            }

            await Task.Delay(s_loadingPause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task LookAsync(IConnectionMultiplexer shared)
    {
        try
        {
            await shared.ConfigureAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Whoever fails next makes it look again.
        }
    }

    private async Task<IConnectionMultiplexer> OpenSharedAsync(CancellationToken cancellationToken)
    {
        var configuration = Prepare(_configuration(), "bus");

        // An answer that is late is still an answer. What is sent again too soon is stored twice.
        configuration.AsyncTimeout = Math.Max(configuration.AsyncTimeout, (int)_options.PublishTimeout.TotalMilliseconds);
        var address = Address(configuration);
        var start = _time.GetTimestamp();
        configuration.AbortOnConnectFail = true;
        Exception? failure = null;
        for (var attempt = 1; ; attempt++)
        {
            var left = Left(start);
            var connecting = ConnectionMultiplexer.ConnectAsync(configuration);
            try
            {
                return await connecting.WaitAsync(left, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or OperationCanceledException)
            {
                _ = CloseAsync(connecting);
                cancellationToken.ThrowIfCancellationRequested();
                failure = exception as RedisException ?? failure ?? exception;
                if (Left(start) == TimeSpan.Zero || !RedisErrors.IsOutage(exception) || IsRefused(exception))
                {
                    throw Unreachable(address, failure);
                }

                var pause = TimeSpan.FromMilliseconds(Math.Min(2_000, 50 << Math.Min(attempt, 6)));
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan Left(long start)
    {
        if (_options.StartTimeout == Timeout.InfiniteTimeSpan)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = _options.StartTimeout - _time.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // Nobody waits for the attempt any more; what comes of it must not stay open.
    private static async Task CloseAsync(Task<ConnectionMultiplexer> connecting)
    {
        try
        {
            var late = await connecting.ConfigureAwait(false);
            await late.DisposeAsync().ConfigureAwait(false);
        }
        catch (RedisException)
        {
            // There is nothing to close.
        }
    }

    // A wrong password does not get right by waiting.
    private static bool IsRefused(Exception exception) =>
        exception is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure };

    private static ConfigurationOptions Prepare(ConfigurationOptions configuration, string purpose)
    {
        configuration.ClientName = $"{configuration.ClientName ?? "EventBus"}-{purpose}";
        if (configuration.ReconnectRetryPolicy is ExponentialRetry)
        {
            // The client's own waits for up to 10 seconds, with a server that has been back for long.
            configuration.ReconnectRetryPolicy = new ExponentialRetry(100, 2_000);
        }

        return configuration;
    }

    private static string Address(ConfigurationOptions configuration) => string.Join(", ", configuration.EndPoints.Select(static endPoint =>
        endPoint switch
        {
            System.Net.DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
            _ => endPoint.ToString(),
        }));

    private static EventBusException Unreachable(string address, Exception exception) => new(
        $"Redis at {address} could not be reached: {RedisErrors.Words(exception)} Check EventBus:Redis:Configuration and that the server runs; "
        + "EventBus:Redis:StartTimeout says how long a start waits for it.",
        exception);
}
