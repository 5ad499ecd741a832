using System.Globalization;
using EventBus.Redis.Connections;
using EventBus.Redis.Diagnostics;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventBus.Redis.Retention;

/// <summary>
/// One look after the other at all partitions: how long each is; those that may be longer than the settings say are trimmed. Used by one caller at a time.
/// </summary>
internal sealed class PartitionSweep(RedisConnection connection, RedisOptions options, GroupWatch groups, TimeProvider time, ILogger log)
{
    // Whoever else uses the connection or the server waits while a slice is worked off.
    private const int LooksAtOnce = 128;
    private const int TrimsAtOnce = 4;

    // So long a topic that has just appeared is left alone: a group that subscribes to a pattern may not have found it yet.
    private const long NewTopicTime = 5_000;

    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly List<PartitionLook> _partitions = [];
    private readonly bool _hasLimits = (options.RetainedEvents ?? options.RetainedBytes ?? options.RetainedAge?.Ticks) is not null;
    private bool _knowsTopics;

    /// <summary>Looks at all partitions and trims.</summary>
    /// <param name="database">The server.</param>
    /// <param name="now">The server's time in milliseconds since 1970.</param>
    /// <param name="cancellationToken">Ends the look early.</param>
    public async Task RunAsync(IDatabase database, long now, CancellationToken cancellationToken)
    {
        await FindTopicsAsync(database, now).WaitAsync(cancellationToken).ConfigureAwait(false);
        var due = new List<PartitionLook>();
        foreach (var slice in _partitions.Chunk(LooksAtOnce))
        {
            var lengths = await Task.WhenAll(slice.Select(look => TryAsync(look, () => database.StreamLengthAsync(look.Keys[0]))))
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            due.AddRange(slice.Where((look, index) => look.IsDue(lengths[index], now)));
        }

        // What is left after an interval, of a stream that was far too long, goes at the next look.
        var start = time.GetTimestamp();
        var events = Arguments(options.TrimUnsettled ? TrimScript.Everything : TrimScript.BelowGroups, now, groups.Abandoned);
        var returns = Arguments(TrimScript.AllSettled, now, []);
        var kept = Arguments(TrimScript.BelowReleased, now, []);
        while (due.Count > 0 && time.GetElapsedTime(start) < RetentionKeeper.Interval)
        {
            var more = new List<PartitionLook>();
            foreach (var slice in due.Chunk(TrimsAtOnce))
            {
                var results = await Task.WhenAll(slice.Select(look => TryAsync(
                        look, () => TrimScript.RunAsync(database, look.Keys, look.IsReturns ? returns : look.IsKept ? kept : events))))
                    .WaitAsync(cancellationToken).ConfigureAwait(false);
                foreach (var (look, result) in slice.Zip(results).Where(static trimmed => trimmed.Second is not null))
                {
                    await NoteAsync(database, look, result!, now).WaitAsync(cancellationToken).ConfigureAwait(false);
                    if (result!.HasMore)
                    {
                        more.Add(look);
                    }
                }
            }

            due = more;
        }
    }

    /// <summary>Forgets all that was seen: the server may have come back as another one.</summary>
    public void Forget()
    {
        _topics.Clear();
        _partitions.Clear();
        _knowsTopics = false;
    }

    private async Task NoteAsync(IDatabase database, PartitionLook look, TrimResult result, long now)
    {
        look.Note(result, options.RetainedAge, now);
        foreach (var group in result.Lost)
        {
            groups.Tell(group, look.Topic, look.Partition);
        }

        if (!look.IsReturns && !look.IsKept)
        {
            await groups.LearnAsync(database, result.Groups, now).ConfigureAwait(false);
        }
    }

    // One partition that cannot be trimmed does not keep the others from it.
    private async Task<T?> TryAsync<T>(PartitionLook look, Func<Task<T>> action)
    {
        try
        {
            var result = await action().ConfigureAwait(false);
            look.HasFailed = false;
            return result;
        }
        catch (RedisServerException exception) when (!RedisErrors.IsOutage(exception))
        {
            if (!look.HasFailed)
            {
                look.HasFailed = true;
                log.TrimFailed(exception, look.Topic, look.Partition);
            }

            return default;
        }
    }

    // Topics are only ever added.
    private async Task FindTopicsAsync(IDatabase database, long now)
    {
        if (_knowsTopics && await database.HashLengthAsync(connection.Keys.Topics).ConfigureAwait(false) == _topics.Count)
        {
            return;
        }

        foreach (var entry in await database.HashGetAllAsync(connection.Keys.Topics).ConfigureAwait(false))
        {
            var topic = (string)entry.Name!;
            for (var partition = _topics.Add(topic) ? 0 : (int)entry.Value; partition < (int)entry.Value; partition++)
            {
                var look = new PartitionLook(topic, partition, connection.Keys);
                if (_hasLimits || look.IsReturns)
                {
                    look.Defer(_knowsTopics ? now + NewTopicTime : now);
                    _partitions.Add(look);
                }
            }
        }

        _knowsTopics = true;
    }

    private RedisValue[] Arguments(string mode, long now, IEnumerable<string> abandoned) =>
    [
        options.RetainedEvents?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
        options.RetainedAge is { } age ? (long)age.TotalMilliseconds : string.Empty,
        options.RetainedBytes?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
        mode,
        now,
        .. abandoned.Select(static group => (RedisValue)group),
    ];
}
