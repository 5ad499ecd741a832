using System.Collections.Concurrent;
using EventBus.Redis.Connections;
using StackExchange.Redis;

namespace EventBus.Redis.Topics;

/// <summary>
/// Which topics there are, and how many partitions each has: a hash on the server that topics are added to and never taken from. A topic stands in it
/// before its first event is stored, so that whoever subscribes to a pattern finds it.
/// </summary>
internal sealed class TopicDirectory(RedisConnection connection, RedisOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RedisTopic> _known = new(StringComparer.Ordinal);
    private ChannelMessageQueue? _messages;

    /// <summary>Called, on any thread, when a topic has appeared; it may have been known.</summary>
    public event EventHandler? Appeared;

    /// <summary>Called when this process has learnt of a topic.</summary>
    public event EventHandler? Used;

    /// <summary>The topics that this process knows of.</summary>
    public ICollection<RedisTopic> Known => _known.Values;

    public bool TryGet(string topic, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RedisTopic? found) =>
        _known.TryGetValue(topic, out found);

    /// <summary>A topic, made if it is not there.</summary>
    public async ValueTask<RedisTopic> GetOrAddAsync(string topic, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(topic, out var known))
        {
            return known;
        }

        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var wanted = options.TopicPartitions.TryGetValue(topic, out var own) ? own : options.Partitions;
        var isNew = await database.HashSetAsync(connection.Keys.Topics, topic, wanted, When.NotExists).ConfigureAwait(false);
        var partitions = isNew ? wanted : (int)await database.HashGetAsync(connection.Keys.Topics, topic).ConfigureAwait(false);
        var added = Add(topic, partitions);
        if (isNew)
        {
            await connection.Subscriber.PublishAsync(connection.Keys.TopicsChannel, topic).ConfigureAwait(false);
        }

        return added;
    }

    /// <summary>A topic, if it is there.</summary>
    public async ValueTask<RedisTopic?> FindAsync(string topic, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(topic, out var known))
        {
            return known;
        }

        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        var partitions = await database.HashGetAsync(connection.Keys.Topics, topic).ConfigureAwait(false);
        return partitions.IsNull ? null : Add(topic, (int)partitions);
    }

    /// <summary>Reads all topics from the server.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        if (await database.HashLengthAsync(connection.Keys.Topics).ConfigureAwait(false) == _known.Count)
        {
            return;
        }

        foreach (var entry in await database.HashGetAllAsync(connection.Keys.Topics).ConfigureAwait(false))
        {
            Add(entry.Name!, (int)entry.Value);
        }
    }

    /// <summary>Listens for topics that other processes make.</summary>
    public async ValueTask ListenAsync(CancellationToken cancellationToken)
    {
        await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        if (_messages is not null)
        {
            return;
        }

        var messages = await connection.Subscriber.SubscribeAsync(connection.Keys.TopicsChannel).ConfigureAwait(false);
        if (Interlocked.CompareExchange(ref _messages, messages, null) is not null)
        {
            await messages.UnsubscribeAsync().ConfigureAwait(false);
            return;
        }

        messages.OnMessage(_ => Appeared?.Invoke(this, EventArgs.Empty));
    }

    public async ValueTask DisposeAsync()
    {
        if (_messages is { } messages)
        {
            await messages.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }
    }

    private RedisTopic Add(string topic, int partitions)
    {
        var added = _known.GetOrAdd(topic, static (topic, made) => new RedisTopic(topic, made.partitions, made.Keys), (partitions, connection.Keys));
        Used?.Invoke(this, EventArgs.Empty);
        return added;
    }
}
