using System.Globalization;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace EventBus.Packages.Tests.Redis;

/// <summary>What is asked of a connection, plain or TLS.</summary>
internal static class RedisLoad
{
    public static string UniqueKey() => Guid.CreateVersion7().ToString();

    /// <summary>Adds entries to a stream without waiting for one before the next, and reads them back in pages.</summary>
    public static async Task AddAndReadBackAsync(IDatabase database, int count)
    {
        var key = UniqueKey();
        var ids = await Task.WhenAll(
            Enumerable.Range(0, count).Select(i => database.StreamAddAsync(key, "n", i.ToString(CultureInfo.InvariantCulture))))
            .Within();

        var read = new List<StreamEntry>();
        var from = (RedisValue)"-";
        while (read.Count < count)
        {
            var page = await database.StreamRangeAsync(key, from, "+", 3_000).Within();
            Assert.NotEmpty(page);
            read.AddRange(page);
            from = $"({page[^1].Id}";
        }

        Assert.Equal(ids, read.Select(entry => entry.Id));
        Assert.Equal(Enumerable.Range(0, count), read.Select(entry => (int)entry["n"]));
    }

    public static async Task SetAndGetAsync(IDatabase database, int size)
    {
        var key = UniqueKey();
        var value = RandomNumberGenerator.GetBytes(size);
        await database.StringSetAsync(key, value).Within();
        var read = (byte[]?)await database.StringGetAsync(key).Within();

        // Assert.Equal would walk megabytes element by element.
        Assert.True(read.AsSpan().SequenceEqual(value), $"a value of {size} bytes came back changed, with {read?.Length} bytes");
        await database.KeyDeleteAsync(key).Within();
    }
}
