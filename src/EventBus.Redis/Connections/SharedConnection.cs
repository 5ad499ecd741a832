namespace EventBus.Redis.Connections;

/// <summary>
/// The connection that all parts of a bus share. The container does not close it, for it would do so before the bus that it was made for has
/// stopped: it is closed with the last of those who use it.
/// </summary>
internal sealed class SharedConnection(Func<RedisConnection> make)
{
    private readonly Lock _lock = new();
    private RedisConnection? _connection;

    /// <summary>The connection, for one more user, who disposes it.</summary>
    public RedisConnection Use()
    {
        lock (_lock)
        {
            if (_connection?.TryShare() != true)
            {
                _connection = make();
                _connection.TryShare();
            }

            return _connection;
        }
    }
}
