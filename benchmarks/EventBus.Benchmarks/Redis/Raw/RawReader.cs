using EventBus.Benchmarks.Races;
using EventBus.Benchmarks.Redis.Server;
using StackExchange.Redis;

namespace EventBus.Benchmarks.Redis.Raw;

/// <summary>
/// Reads a stream as a group and acknowledges each read at once. While there is something to read it uses the client's typed call; to wait it
/// blocks, on a connection of its own, since the client has no call for that.
/// </summary>
internal sealed class RawReader : IAsyncDisposable
{
    private const string Group = "bench";
    private const string Consumer = "reader";
    private const int Count = 500;
    private const int BlockMilliseconds = 100;

    // After so many there are more.
    private const int Backlog = 32;
    private readonly IDatabase _database;
    private readonly IConnectionMultiplexer _own;
    private readonly IDatabase _reading;
    private readonly RedisKey _stream;
    private readonly object[] _blockingRead;
    private volatile bool _isHeld;
    private Task _loop;

    private RawReader(IDatabase database, IConnectionMultiplexer own, RedisKey stream)
    {
        _database = database;
        _own = own;
        _reading = own.GetDatabase();
        _stream = stream;
        _blockingRead = ["GROUP", Group, Consumer, "COUNT", Count, "BLOCK", BlockMilliseconds, "STREAMS", stream, ">"];
        _loop = ReadAsync();
    }

    public Arrivals Arrivals { get; } = new();

    public static async Task<RawReader> StartAsync(RedisServer server, IDatabase database, RedisKey stream)
    {
        await database.StreamCreateConsumerGroupAsync(stream, Group, StreamPosition.Beginning);
        return new RawReader(database, await RedisServer.ConnectAsync(server.Address), stream);
    }

    public Task HoldAsync()
    {
        _isHeld = true;
        return _loop;
    }

    public Task ReleaseAsync()
    {
        _isHeld = false;
        _loop = ReadAsync();
        return Task.CompletedTask;
    }

    public async Task SettledAsync()
    {
        while ((await _database.StreamPendingAsync(_stream, Group)).PendingMessageCount > 0)
        {
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await HoldAsync();
        await _own.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        var last = 0;
        while (!_isHeld)
        {
            var ids = last >= Backlog ? await ReadWhatIsThereAsync() : await WaitAsync();
            if (ids.Length > 0)
            {
                await _database.StreamAcknowledgeAsync(_stream, Group, ids);
            }

            last = ids.Length;
        }
    }

    private async Task<RedisValue[]> ReadWhatIsThereAsync()
    {
        var entries = await _reading.StreamReadGroupAsync(_stream, Group, Consumer, StreamPosition.NewMessages, Count);
        var ids = entries.Length == 0 ? [] : new RedisValue[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            ids[i] = entries[i].Id;
            var values = entries[i].Values;
            Arrivals.Accept((int)values[^1].Value.Length());
        }

        return ids;
    }

    private async Task<RedisValue[]> WaitAsync()
    {
        var answer = await _reading.ExecuteAsync("XREADGROUP", _blockingRead);
        if (answer.IsNull)
        {
            return [];
        }

        // [[stream, [[id, [field, value, …]], …]]]
        var entries = answer[0][1];
        var ids = new RedisValue[entries.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = (RedisValue)entries[i][0];
            var fields = entries[i][1];
            Arrivals.Accept((int)((RedisValue)fields[fields.Length - 1]).Length());
        }

        return ids;
    }
}
