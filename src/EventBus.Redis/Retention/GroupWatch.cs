using EventBus.Redis.Connections;
using EventBus.Redis.Diagnostics;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventBus.Redis.Retention;

/// <summary>
/// Knows which groups have been without a member for so long that retention does not wait for them any more. Used by one caller at a time.
/// </summary>
internal sealed class GroupWatch(RedisConnection connection, RedisOptions options, TimeProvider time, ILogger log)
{
    // Members come back with the server, or with this process. Before they have had time to, no group counts as abandoned.
    private static readonly TimeSpan s_returnTime = TimeSpan.FromMinutes(1);

    // How exactly the last member's time is kept, as a part of the time that an abandoned group is waited for.
    private const int Exactness = 100;

    private readonly long _patience = Milliseconds(options.AbandonedGroupRetention);
    private readonly long _step = Math.Min(60_000, Milliseconds(options.AbandonedGroupRetention) / Exactness);
    private readonly Dictionary<string, long> _abandoned = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly HashSet<RedisValue> _known = [];
    private long _since = time.GetTimestamp();

    /// <summary>The groups that do not hold retention back; any other does, known or not.</summary>
    public IEnumerable<string> Abandoned =>
        time.GetElapsedTime(_since) < s_returnTime && time.GetElapsedTime(_since) < options.AbandonedGroupRetention ? [] : _abandoned.Keys;

    /// <summary>The server was away, and with it every member.</summary>
    public void Restart() => _since = time.GetTimestamp();

    /// <summary>Asks when each group had its last member, and notes it for those who ask later.</summary>
    public async Task LookAsync(IDatabase database, long now)
    {
        var groups = await database.HashGetAllAsync(connection.Keys.Groups).ConfigureAwait(false);
        var members = await Task.WhenAll(groups.Select(group => database.SortedSetRangeByRankWithScoresAsync(
            connection.Keys.Members(group.Name!), -1, -1))).ConfigureAwait(false);
        _abandoned.Clear();
        _known.Clear();
        var notes = new List<Task>();
        foreach (var (group, member) in groups.Zip(members))
        {
            _known.Add(group.Name);
            var noted = (long)group.Value;
            var last = Math.Max(noted, member.Length == 0 ? 0 : (long)member[0].Score);
            if (member.Length > 0 && last > now - Milliseconds(options.MemberTimeout))
            {
                last = now;
            }

            if (last - noted > _step)
            {
                notes.Add(NoteAsync(database, group.Name, last));
            }

            if (last < now - _patience)
            {
                _abandoned.Add(group.Name!, last);
            }
            else
            {
                _told.Remove(group.Name!);
            }
        }

        await Task.WhenAll(notes).ConfigureAwait(false);
    }

    /// <summary>Learns of groups that nobody has registered: those that were made by other means than the bus.</summary>
    public async Task LearnAsync(IDatabase database, RedisValue[] groups, long now)
    {
        foreach (var group in groups)
        {
            if (_known.Add(group))
            {
                await NoteAsync(database, group, now, When.NotExists).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tells, once until it comes back, that an abandoned group has lost events.</summary>
    public void Tell(string group, string topic, int partition)
    {
        if (_told.Add(group))
        {
            log.AbandonedGroupPassed(group, DateTimeOffset.FromUnixTimeMilliseconds(_abandoned.GetValueOrDefault(group)), topic, partition);
        }
    }

    /// <summary>Notes when a group had a member. A server without memory takes no notes: that must not keep it from being trimmed.</summary>
    public async Task NoteAsync(IDatabase database, RedisValue group, long time, When when = When.Always)
    {
        try
        {
            await database.HashSetAsync(connection.Keys.Groups, group, time, when).ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (RedisErrors.IsOutOfMemory(exception))
        {
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
