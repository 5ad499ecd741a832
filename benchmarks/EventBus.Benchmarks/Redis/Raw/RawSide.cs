using EventBus.Benchmarks.Races;
using EventBus.Benchmarks.Redis.Server;
using StackExchange.Redis;

namespace EventBus.Benchmarks.Redis.Raw;

/// <summary>StackExchange.Redis alone, as one who knows it well would use it: no order, no retries, no dead letters, nothing after a crash.</summary>
internal sealed class RawSide : ISide
{
    private readonly IConnectionMultiplexer _connection;
    private readonly IDatabase _database;
    private readonly RedisKey _stream;
    private readonly Func<IDatabaseAsync, RedisKey, Task<RedisValue>> _add;
    private readonly RawReader? _reader;

    private RawSide(
        IConnectionMultiplexer connection, RedisKey stream, Func<IDatabaseAsync, RedisKey, Task<RedisValue>> add, RawReader? reader)
    {
        _connection = connection;
        _database = connection.GetDatabase();
        _stream = stream;
        _add = add;
        _reader = reader;
    }

    public Arrivals Arrivals => _reader!.Arrivals;

    /// <param name="server">Where to.</param>
    /// <param name="name">The stream's name.</param>
    /// <param name="add">How an event is written.</param>
    /// <param name="receives">Whether there is a group.</param>
    public static async Task<ISide> StartAsync(
        RedisServer server, string name, Func<IDatabaseAsync, RedisKey, Task<RedisValue>> add, bool receives)
    {
        var connection = await RedisServer.ConnectAsync(server.Address);
        RedisKey stream = server.Prefix + name;
        var reader = receives ? await RawReader.StartAsync(server, connection.GetDatabase(), stream) : null;
        return new RawSide(connection, stream, add, reader);
    }

    public Task ClearAsync() => _database.StreamTrimAsync(_stream, 0);

    public Task SendAsync(int events, int inFlight) =>
        Window.SendAsync(() => new ValueTask<RedisValue>(_add(_database, _stream)), events, inFlight);

    public async Task SendBatchesAsync(int events, int batch)
    {
        var adding = new Task[batch];
        for (var sent = 0; sent < events; sent += batch)
        {
            var together = _database.CreateBatch();
            for (var i = 0; i < batch; i++)
            {
                adding[i] = _add(together, _stream);
            }

            together.Execute();
            await Task.WhenAll(adding);
        }
    }

    public Task HoldAsync() => _reader!.HoldAsync();

    public Task ReleaseAsync() => _reader!.ReleaseAsync();

    public Task SettledAsync() => _reader!.SettledAsync();

    public async ValueTask DisposeAsync()
    {
        await (_reader?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _connection.DisposeAsync();
    }
}
