using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace EventBus.Redis.Connections;

/// <summary>
/// The names of all keys and channels; docs/redis.md tells them to people with redis-cli. All keys of a partition have one hash tag, and so have
/// all keys of a group, so that a script that changes several of them finds them on one node of a cluster.
/// </summary>
/// <param name="prefix">What all of them begin with.</param>
internal sealed class RedisKeys(string prefix)
{
    // Bytes, since a text would be joined anew with each key.
    private readonly RedisKey _idempotency = Encoding.UTF8.GetBytes(prefix + "idempotency:");

    /// <summary>A hash: topic → number of partitions.</summary>
    public RedisKey Topics { get; } = prefix + "topics";

    /// <summary>A hash: group → when it last had a member, in milliseconds since 1970.</summary>
    public RedisKey Groups { get; } = prefix + "groups";

    /// <summary>A string that expires: the process that keeps the streams trimmed.</summary>
    public RedisKey Keeper { get; } = prefix + "keeper";

    /// <summary>Tells the name of a topic that is new.</summary>
    public RedisChannel TopicsChannel { get; } = RedisChannel.Literal(prefix + "topics");

    /// <summary>The events of a partition: a stream.</summary>
    public RedisKey Stream(string topic, int partition) => Tag(topic, partition);

    /// <summary>A string: the epoch of the last take-over of a partition by a member of a group. Older ones are refused.</summary>
    public RedisKey Epoch(string topic, int partition, string group) => $"{Tag(topic, partition)}:epoch:{group}";

    /// <summary>A hash: entry → how often the group has failed to handle it, and when first.</summary>
    public RedisKey Failures(string topic, int partition, string group) => $"{Tag(topic, partition)}:failures:{group}";

    /// <summary>A set of the consumers of a competing group that are dead: what they acknowledge has no effect.</summary>
    public RedisKey Fenced(string topic, int partition, string group) => $"{Tag(topic, partition)}:fenced:{group}";

    /// <summary>A string: the first entry that is still needed, of a topic of the bus itself that keeps everything until it is released.</summary>
    public RedisKey Released(string topic, int partition) => $"{Tag(topic, partition)}:released";

    /// <summary>A sorted set: events that come to a group later, by when, in milliseconds since 1970.</summary>
    public RedisKey Due(string topic, int partition) => $"{Tag(topic, partition)}:due";

    /// <summary>A hash: event of <see cref="Due"/> → its fields.</summary>
    public RedisKey Delayed(string topic, int partition) => $"{Tag(topic, partition)}:delayed";

    /// <summary>A sorted set: numbers of a group's members by their last heartbeat, in milliseconds since 1970.</summary>
    public RedisKey Members(string group) => $"{GroupTag(group)}:members";

    /// <summary>A hash: number of a member → its name and what it subscribes to.</summary>
    public RedisKey MemberInfo(string group) => $"{GroupTag(group)}:info";

    /// <summary>A hash: partition → the number of the member that has it (0 for none) and the epoch.</summary>
    public RedisKey Leases(string group) => $"{GroupTag(group)}:leases";

    /// <summary>A hash: partition → where somebody wants the group to be moved.</summary>
    public RedisKey Seeks(string group) => $"{GroupTag(group)}:seeks";

    /// <summary>A hash: the group's mode, its version, and the number of its last member.</summary>
    public RedisKey State(string group) => $"{GroupTag(group)}:state";

    /// <summary>Tells that something in <see cref="State"/> has changed.</summary>
    public RedisChannel GroupChannel(string group) => RedisChannel.Literal($"{prefix}group:{group}");

    /// <summary>A string that expires: <c>R</c> for a key that runs, <c>D</c> for one that is done, and the 16 bytes of its owner.</summary>
    public RedisKey Idempotency(string key) => _idempotency.Append(key);

    /// <summary>Tells, on a cluster, that a stream has grown.</summary>
    public RedisChannel NewsChannel(RedisKey stream) => RedisChannel.Literal($"{prefix}news:{stream}");

    /// <summary>A partition's name in <see cref="Leases"/> and <see cref="Seeks"/>.</summary>
    public static string Partition(string topic, int partition) => string.Create(CultureInfo.InvariantCulture, $"{topic}/{partition}");

    private string Tag(string topic, int partition) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{{{topic}/{partition}}}");

    private string GroupTag(string group) => $"{prefix}{{group:{group}}}";
}
