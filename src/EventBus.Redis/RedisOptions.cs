namespace EventBus.Redis;

/// <summary>Settings of the transport on Redis Streams, bound from <c>EventBus:Redis</c>.</summary>
public sealed class RedisOptions
{
    /// <summary>
    /// Where the server is and how to reach it, in StackExchange.Redis' words: <c>localhost:6379,user=bus,password=…,ssl=true</c>.
    /// Ignored where the application gives a <c>ConfigurationOptions</c> or a connection of its own.
    /// </summary>
    /// <value>The default is <c>localhost:6379</c>.</value>
    public string Configuration { get; set; } = "localhost:6379";

    /// <summary>The number of the database, 0 or more. A cluster has only 0.</summary>
    /// <value>The default is null: the one that the connection's configuration names, else 0.</value>
    public int? Database { get; set; }

    /// <summary>
    /// What all keys and channels of the bus begin with. Buses with different prefixes see nothing of each other. It must not contain braces.
    /// </summary>
    /// <value>The default is <c>eventbus:</c>.</value>
    public string KeyPrefix { get; set; } = "eventbus:";

    /// <summary>
    /// How many partitions a new topic gets, from 1 to 1,024. A topic keeps the number that it was made with. In a group that keeps order, members share
    /// the partitions, so that more members than partitions idle.
    /// </summary>
    /// <value>The default is 4.</value>
    public int Partitions { get; set; } = 4;

    /// <summary>Topics that are made with another number of partitions than <see cref="Partitions"/>, by name.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, int> TopicPartitions { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// The groups of which any member takes any event, also within one partition: most throughput over many members, and no order;
    /// <c>*</c> for all groups. All instances of the application have to say the same.
    /// </summary>
    /// <value>The default is none: in all groups a partition belongs to one member at a time, and each key keeps its order.</value>
    public ISet<string> CompetingGroups { get; } = new HashSet<string>(StringComparer.Ordinal);

    internal bool IsCompeting(string group) => CompetingGroups.Contains(group) || CompetingGroups.Contains("*");

    /// <summary>
    /// How long a member may be silent, from 1 second to 5 minutes, before the others take it for dead and take over what it had. Its heartbeat comes
    /// four times as often, whatever its handlers do.
    /// </summary>
    /// <value>The default is 6 seconds.</value>
    public TimeSpan MemberTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a start waits for the server before it fails; infinite to wait for as long as it takes.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long publishing waits for a server that is away before it fails.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most entries that one read asks for, over all partitions of a member, from 1 to 10,000. One more read is made ahead.</summary>
    /// <value>The default is 512.</value>
    public int ReadCount { get; set; } = 512;

    /// <summary>How many events a partition keeps at least for replay, 0 or more. What lies further back is trimmed.</summary>
    /// <value>The default is 1,000,000; null for no limit by number.</value>
    public long? RetainedEvents { get; set; } = 1_000_000;

    /// <summary>How long a partition keeps events for replay, if that is less.</summary>
    /// <value>The default is null: no limit by age.</value>
    public TimeSpan? RetainedAge { get; set; }

    /// <summary>How much memory of the server a partition may take, in bytes, if that is less. Kept within a few percent.</summary>
    /// <value>The default is null: no limit by bytes.</value>
    public long? RetainedBytes { get; set; }

    /// <summary>
    /// Whether retention goes past events that a group has not settled. They are lost to that group, which tells so in its log.
    /// </summary>
    /// <value>The default is false: the slowest group holds retention back.</value>
    public bool TrimUnsettled { get; set; }

    /// <summary>
    /// How long a group without a member still holds retention back. After that it does so no more, which is told in the log; the group stays, and
    /// goes on with the oldest event that is left when it comes back.
    /// </summary>
    /// <value>The default is 7 days.</value>
    public TimeSpan AbandonedGroupRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Whether to start on a server that is set to evict keys when its memory is full (<c>maxmemory-policy</c> other than <c>noeviction</c>). It may throw
    /// away events that nobody has handled.
    /// </summary>
    /// <value>The default is false: the start fails.</value>
    public bool AllowEviction { get; set; }
}
