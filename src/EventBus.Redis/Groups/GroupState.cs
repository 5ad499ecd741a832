using System.Globalization;
using EventBus.Redis.Connections;
using StackExchange.Redis;

namespace EventBus.Redis.Groups;

/// <summary>What a group was when a member last looked: its members, who has which partition, and what somebody wants to be moved.</summary>
internal sealed class GroupState
{
    private readonly Dictionary<string, (long Owner, long Epoch)> _leases = new(StringComparer.Ordinal);

    private GroupState(long version, long lastMember) => (Version, LastMember) = (version, lastMember);

    public static GroupState Unknown { get; } = new(-1, 0);

    public long Version { get; }

    /// <summary>The highest number that a member has had; who has a higher one has joined since.</summary>
    public long LastMember { get; }

    public Dictionary<long, MemberInfo> Members { get; } = [];

    /// <summary>Partition → wish.</summary>
    public Dictionary<string, string> Seeks { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the answer of <see cref="GroupScripts.Beat"/> that has everything.</summary>
    public static GroupState Read(RedisResult answer)
    {
        var state = new GroupState((long)answer[0], (long)answer[4]);
        foreach (var (number, info) in Pairs(answer[1]))
        {
            state.Members[long.Parse(number, CultureInfo.InvariantCulture)] = MemberInfo.Parse(info);
        }

        foreach (var (partition, lease) in Pairs(answer[2]))
        {
            var space = lease.IndexOf(' ', StringComparison.Ordinal);
            state._leases[partition] = (
                long.Parse(lease.AsSpan(0, space), CultureInfo.InvariantCulture), long.Parse(lease.AsSpan(space + 1), CultureInfo.InvariantCulture));
        }

        foreach (var (partition, wish) in Pairs(answer[3]))
        {
            state.Seeks[partition] = wish;
        }

        return state;
    }

    /// <summary>The member that has a partition; 0 where it is free.</summary>
    public long OwnerOf(string topic, int partition) => OwnerOf(RedisKeys.Partition(topic, partition));

    /// <inheritdoc cref="OwnerOf(string, int)"/>
    public long OwnerOf(string partition) =>
        _leases.TryGetValue(partition, out var lease) && Members.ContainsKey(lease.Owner) ? lease.Owner : 0;

    /// <summary>The epoch of a partition's last lease; 0 where there has been none.</summary>
    public long EpochOf(string partition) => _leases.TryGetValue(partition, out var lease) ? lease.Epoch : 0;

    private static IEnumerable<(string Name, string Value)> Pairs(RedisResult flat)
    {
        for (var i = 0; i + 1 < flat.Length; i += 2)
        {
            yield return ((string)flat[i]!, (string)flat[i + 1]!);
        }
    }
}
