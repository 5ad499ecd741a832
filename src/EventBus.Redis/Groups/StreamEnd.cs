using EventBus.Redis.Entries;
using StackExchange.Redis;

namespace EventBus.Redis.Groups;

/// <summary>Where a stream ends.</summary>
internal static class StreamEnd
{
    /// <summary>The id of the last entry that there has ever been; before all where there is no stream.</summary>
    public static async Task<string> OfAsync(IDatabase database, RedisKey stream)
    {
        try
        {
            var info = await database.StreamInfoAsync(stream).ConfigureAwait(false);
            return info.LastGeneratedId.IsNull ? EntryId.Start : info.LastGeneratedId.ToString();
        }
        catch (RedisServerException exception) when (exception.Message.Contains("no such key", StringComparison.OrdinalIgnoreCase))
        {
            return EntryId.Start;
        }
    }
}
