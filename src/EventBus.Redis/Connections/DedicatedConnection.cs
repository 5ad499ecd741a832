using StackExchange.Redis;

namespace EventBus.Redis.Connections;

/// <summary>A connection of one reader's own, on which its reads may block.</summary>
internal sealed class DedicatedConnection(IConnectionMultiplexer connection, int database) : IAsyncDisposable
{
    public IDatabase Database { get; } = connection.GetDatabase(database);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
