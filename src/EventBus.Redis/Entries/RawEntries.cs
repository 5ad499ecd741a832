using StackExchange.Redis;

namespace EventBus.Redis.Entries;

/// <summary>Entries out of answers that the client hands on as they came: of reads that block, and of scripts.</summary>
internal static class RawEntries
{
    /// <summary>Reads a list of entries, each its id and a list of names and values; nothing for one that was removed.</summary>
    public static StreamEntry[] Read(RedisResult list)
    {
        var entries = new StreamEntry[Math.Max(0, list.Length)];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = list[i];
            var fields = entry[1];
            NameValueEntry[]? values = null;
            if (!fields.IsNull)
            {
                values = new NameValueEntry[fields.Length / 2];
                for (var j = 0; j < values.Length; j++)
                {
                    values[j] = new NameValueEntry((RedisValue)fields[2 * j], (RedisValue)fields[(2 * j) + 1]);
                }
            }

            entries[i] = new StreamEntry((RedisValue)entry[0], values!);
        }

        return entries;
    }
}
