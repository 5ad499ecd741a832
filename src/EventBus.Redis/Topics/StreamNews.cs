using EventBus.Redis.Connections;
using StackExchange.Redis;

namespace EventBus.Redis.Topics;

/// <summary>
/// On a cluster, where one command cannot wait for streams of several nodes: publishers tell on a channel that a stream has grown, and who waits
/// listens to the channels of its streams.
/// </summary>
internal sealed class StreamNews(RedisConnection connection) : IAsyncDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Dictionary<RedisChannel, ChannelMessageQueue> _followed = [];

    /// <summary>Tells whoever waits that a stream has grown.</summary>
    public static void Tell(RedisConnection connection, IDatabase database, RedisKey stream) =>
        database.Publish(connection.Keys.NewsChannel(stream), RedisValue.EmptyString, CommandFlags.FireAndForget);

    /// <summary>Listens to the channels of these streams and of no others. For one caller at a time.</summary>
    public async Task FollowAsync(IEnumerable<RedisKey> streams)
    {
        var wanted = streams.Select(connection.Keys.NewsChannel).ToHashSet();
        foreach (var channel in _followed.Keys.Except(wanted).ToArray())
        {
            _followed.Remove(channel, out var left);
            await left!.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }

        foreach (var channel in wanted.Except(_followed.Keys).ToArray())
        {
            var followed = await connection.Subscriber.SubscribeAsync(channel).ConfigureAwait(false);
            followed.OnMessage(_ => Wake());
            _followed.Add(channel, followed);
        }
    }

    /// <summary>Waits for news since the last wait, for so long at most.</summary>
    public Task WaitAsync(TimeSpan limit) => _signal.WaitAsync(limit);

    /// <summary>Ends the wait.</summary>
    public void Wake()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is known already that there are news.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await FollowAsync([]).ConfigureAwait(false);
        _signal.Dispose();
    }
}
