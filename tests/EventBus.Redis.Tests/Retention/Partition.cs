using StackExchange.Redis;

namespace EventBus.Redis.Tests.Retention;

/// <summary>One stream, by the commands of those who publish and handle.</summary>
internal sealed class Partition(RetentionWorld world, RedisKey stream)
{
    private const string Consumer = "1";
    private const int Batch = 5_000;
    private readonly IDatabase _database = world.Admin;

    public RedisKey Stream { get; } = stream;

    public Task<long> LengthAsync() => _database.StreamLengthAsync(Stream);

    /// <summary>The ids of all entries, from the oldest to the newest.</summary>
    public async Task<string[]> IdsAsync() => [.. (await _database.StreamRangeAsync(Stream)).Select(entry => (string)entry.Id!)];

    /// <summary>Publishes entries of about a size.</summary>
    public async Task<string[]> AddAsync(int count, int bytes = 20)
    {
        var data = new byte[bytes];
        Random.Shared.NextBytes(data);
        var ids = new List<string>();
        for (var added = 0; added < count; added += Batch)
        {
            var batch = Math.Min(Batch, count - added);
            ids.AddRange((await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => _database.StreamAddAsync(Stream, "data", data))).Within())
                .Select(id => (string)id!));
        }

        return [.. ids];
    }

    /// <summary>Publishes one entry that looks as old as it says.</summary>
    public async Task<string> AddOldAsync(TimeSpan ago, int number = 0) => (await _database.StreamAddAsync(
        Stream, "data", "old", $"{await world.NowAsync() - (long)ago.TotalMilliseconds}-{number}"))!;

    /// <summary>Makes a consumer group at the beginning.</summary>
    public Task GroupAsync(string name) => _database.StreamCreateConsumerGroupAsync(Stream, name, StreamPosition.Beginning);

    /// <summary>Reads entries into the pending list.</summary>
    public Task<StreamEntry[]> ReadAsync(string group, int count) =>
        _database.StreamReadGroupAsync(Stream, group, Consumer, StreamPosition.NewMessages, count);

    public Task AckAsync(string group, IEnumerable<StreamEntry> entries) =>
        _database.StreamAcknowledgeAsync(Stream, group, [.. entries.Select(entry => entry.Id)]);

    /// <summary>Reads and acknowledges.</summary>
    public async Task SettleAsync(string group, int count) => await AckAsync(group, await ReadAsync(group, count));

    /// <summary>Waits until there are so many entries.</summary>
    public Task UntilLengthAsync(long length, Action? meanwhile = null) =>
        RetentionWorld.UntilAsync(async () => await LengthAsync() == length, meanwhile);
}
