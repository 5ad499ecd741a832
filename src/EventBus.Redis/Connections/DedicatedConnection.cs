using StackExchange.Redis;

namespace EventBus.Redis.Connections;

/// <summary>A connection of one reader's own, on which its reads may block.</summary>
internal sealed class DedicatedConnection(IConnectionMultiplexer connection, int database) : IAsyncDisposable
{
    public IDatabase Database { get; } = connection.GetDatabase(database);

    public async ValueTask DisposeAsync()
    {
        // Whoever disposes it has ended its read, or the server is away: there is nothing to wait for.
        await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
