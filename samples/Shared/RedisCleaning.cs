using StackExchange.Redis;

namespace Samples;

/// <summary>Removes what a run leaves on a Redis server.</summary>
internal static class RedisCleaning
{
    /// <summary>Removes the keys that begin with a prefix.</summary>
    public static async Task RemoveAsync(string servers, string prefix)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(servers);
        var database = connection.GetDatabase();
        foreach (var server in connection.GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync(pattern: $"{prefix}*"))
            {
                await database.KeyDeleteAsync(key);
            }
        }
    }
}
