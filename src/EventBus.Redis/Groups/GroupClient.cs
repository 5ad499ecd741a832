using EventBus.Redis.Connections;
using StackExchange.Redis;

namespace EventBus.Redis.Groups;

/// <summary>One group on the server: calls the scripts that change it.</summary>
internal sealed class GroupClient(RedisConnection connection, string group, TimeSpan memberTimeout)
{
    public const string Ordered = "ordered";
    public const string Competing = "competing";
    private readonly RedisKey[] _keys =
    [
        connection.Keys.Members(group), connection.Keys.MemberInfo(group), connection.Keys.Leases(group), connection.Keys.Seeks(group),
        connection.Keys.State(group),
    ];

    public string Group { get; } = group;

    public RedisChannel Channel { get; } = connection.Keys.GroupChannel(group);

    /// <summary>Joins; members that are known to be gone are taken out.</summary>
    /// <returns>The number of the new member, which nobody has had before; -1 where live members are of another mode.</returns>
    public async Task<long> JoinAsync(string mode, MemberInfo info, IEnumerable<long> gone) =>
        (long)await RunAsync(GroupScripts.Join, [mode, info.ToString(), .. gone.Select(static number => (RedisValue)number)]).ConfigureAwait(false);

    /// <summary>Tells that a member lives.</summary>
    /// <returns>What the group is; the known state where nothing has changed; null for a member that was taken out.</returns>
    public async Task<GroupState?> BeatAsync(long number, GroupState known)
    {
        var answer = await RunAsync(GroupScripts.Beat, [number, known.Version]).ConfigureAwait(false);
        return answer.Length == 1 ? (long)answer[0] == -1 ? null : known : GroupState.Read(answer);
    }

    /// <summary>Takes partitions that are free, or the member's own, with an epoch above the given one.</summary>
    /// <returns>The epoch of each; 0 for one that somebody else has.</returns>
    public async Task<long[]> AcquireAsync(long number, IEnumerable<(string Partition, long Above)> partitions) =>
        (long[])(await RunAsync(GroupScripts.Acquire, [number, .. partitions.SelectMany(static one => new RedisValue[] { one.Partition, one.Above })])
            .ConfigureAwait(false))!;

    public Task ReleaseAsync(long number, IEnumerable<string> partitions) =>
        RunAsync(GroupScripts.Release, [number, .. partitions.Select(static partition => (RedisValue)partition)]);

    public Task LeaveAsync(long number) => RunAsync(GroupScripts.Leave, [number]);

    /// <summary>What the group is, for somebody who is no member.</summary>
    public async Task<GroupState> LookAsync() => GroupState.Read(await RunAsync(GroupScripts.Look, []).ConfigureAwait(false));

    /// <summary>Asks the owners of partitions to move them.</summary>
    public Task SeekAsync(IEnumerable<(string Partition, string Wish)> wishes) =>
        RunAsync(GroupScripts.Seek, [.. wishes.SelectMany(static one => new RedisValue[] { one.Partition, one.Wish })]);

    /// <summary>Forgets a wish that was granted.</summary>
    public Task SoughtAsync(string partition, string wish) => RunAsync(GroupScripts.Sought, [partition, wish]);

    /// <summary>Tells, in a competing group, that a member has drained a partition that is to be moved; number 0 only asks.</summary>
    /// <returns>How many members have not; -1 where the wish is not there any more.</returns>
    public async Task<long> DrainedAsync(string partition, string wish, long number) =>
        (long)await RunAsync(GroupScripts.Drained, [partition, wish, number]).ConfigureAwait(false);

    private async Task<RedisResult> RunAsync(string script, RedisValue[] arguments)
    {
        var database = await connection.DatabaseAsync(CancellationToken.None).ConfigureAwait(false);
        return await database.ScriptEvaluateAsync(
            script, _keys, [(string)Channel!, (long)memberTimeout.TotalMilliseconds, .. arguments]).ConfigureAwait(false);
    }
}
