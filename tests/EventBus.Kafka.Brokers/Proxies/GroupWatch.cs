using System.Collections.Concurrent;

namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>Knows the members of all groups and their partitions, by the requests in which groups of the classic protocol come together.</summary>
internal sealed class GroupWatch
{
    private const string Internal = "_eventbus.";
    private readonly ConcurrentDictionary<(string Group, string Member), GroupMember> _members = [];

    /// <summary>What a proxy does with the requests, to know.</summary>
    public IEnumerable<KeyValuePair<KafkaRequest, Func<ProxiedRequest, Handling>>> Handlers =>
    [
        new(KafkaRequest.JoinGroup, Join),
        new(KafkaRequest.SyncGroup, Sync),
        new(KafkaRequest.LeaveGroup, Leave),
    ];

    /// <summary>The ids under which a client is a member of groups.</summary>
    public IEnumerable<(string Group, string Member)> MembershipsOf(string client) =>
        _members.Where(member => member.Value.Client == client).Select(static member => member.Key);

    /// <summary>How many members a group has, by what they have told: one that dies stays.</summary>
    public int CountOf(string group) => _members.Keys.Count(member => member.Group == group);

    /// <summary>Forgets a member that has been taken out of its group.</summary>
    public void Forget(string group, string member) => _members.TryRemove((group, member), out _);

    /// <summary>
    /// Whether a group has so many members and their partitions are all of all topics, none twice, and spread evenly. The bus's own topics may have any
    /// number of them.
    /// </summary>
    public bool IsSteady(string group, int members, int partitions)
    {
        var all = _members.Where(member => member.Key.Group == group).Select(static member => member.Value).ToArray();
        var generation = all.Length == 0 ? 0 : all.Max(static member => member.Generation);

        // What is of an earlier generation has died, or is on its way; so has who has joined and was left out of two since.
        var live = all.Where(member => member.Generation == generation).ToArray();
        var owned = live.SelectMany(static member => member.Partitions).ToArray();
        return generation > 0
            && live.Length == members
            && !Array.Exists(all, member => member.Generation == 0 && member.Before >= generation - 1)
            && owned.Length > 0
            && owned.Distinct().Count() == owned.Length
            && owned.GroupBy(static one => one.Topic, StringComparer.Ordinal)
                .All(topic => topic.Count() == partitions || topic.Key.Contains(Internal, StringComparison.Ordinal))
            && live.Max(static member => member.Partitions.Count) - live.Min(static member => member.Partitions.Count) <= 1;
    }

    /// <summary>Looks at a request to join. What becomes of the request is up to others.</summary>
    public Handling Join(ProxiedRequest request)
    {
        var (group, member, _) = JoinRequest.Read(request);
        if (member.Length > 0)
        {
            var before = _members.Where(one => one.Key.Group == group).Select(static one => one.Value.Generation).DefaultIfEmpty().Max();
            _members[(group, member)] = new GroupMember(request.Client, 0, [], before);
        }

        return default;
    }

    private Handling Sync(ProxiedRequest request)
    {
        var reader = request.Reader();
        var group = reader.Text()!;
        var generation = reader.Int32();
        var member = reader.Text()!;
        return Handling.Changing(frame =>
        {
            var answer = new WireReader(frame);
            _ = answer.Int64();
            if (request.Version >= 1)
            {
                _ = answer.Int32();
            }

            if (answer.Int16() == 0)
            {
                _members[(group, member)] = new GroupMember(request.Client, generation, Partitions(answer.Bytes()));
            }

            return frame;
        });
    }

    private Handling Leave(ProxiedRequest request)
    {
        var reader = request.Reader();
        var group = reader.Text()!;
        if (request.Version < 3)
        {
            Forget(group, reader.Text()!);
            return default;
        }

        for (var left = reader.Int32(); left > 0; left--)
        {
            Forget(group, reader.Text()!);
            _ = reader.Text();
        }

        return default;
    }

    private static List<(string Topic, int Partition)> Partitions(ReadOnlySpan<byte> assignment)
    {
        var partitions = new List<(string, int)>();
        var reader = new WireReader(assignment);
        if (assignment.IsEmpty)
        {
            return partitions;
        }

        _ = reader.Int16();
        for (var topics = reader.Int32(); topics > 0; topics--)
        {
            var topic = reader.Text()!;
            for (var count = reader.Int32(); count > 0; count--)
            {
                partitions.Add((topic, reader.Int32()));
            }
        }

        return partitions;
    }
}
