using System.Globalization;
using StackExchange.Redis;

namespace EventBus.Redis.Retention;

/// <summary>
/// Says which of the processes keeps the streams trimmed: all others would only do the same again. That two of them think so for a moment does
/// no harm.
/// </summary>
internal sealed class KeeperLease(RedisKey key, TimeSpan length)
{
    // Extended rather than set anew, and gone without where it cannot be set: a server without memory refuses what takes memory, and trimming
    // is what frees it.
    private const string Take = """
        local owner = redis.call('GET', KEYS[1])
        if owner and owner ~= ARGV[1] then return 0 end
        if owner then redis.call('PEXPIRE', KEYS[1], ARGV[2])
        else redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
        local time = redis.call('TIME')
        return time[1] * 1000 + math.floor(time[2] / 1000)
        """;

    private const string Release = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end";

    private readonly RedisKey[] _keys = [key];
    private readonly RedisValue _owner = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    /// <summary>Takes or keeps the lease.</summary>
    /// <returns>The server's time in milliseconds since 1970; 0 where another process has the lease.</returns>
    public async Task<long> TakeAsync(IDatabase database) => (long)await database.ScriptEvaluateAsync(
        Take, _keys, [_owner, (long)length.TotalMilliseconds], CommandFlags.DemandMaster).ConfigureAwait(false);

    public Task ReleaseAsync(IDatabase database) => database.ScriptEvaluateAsync(Release, _keys, [_owner], CommandFlags.DemandMaster);
}
