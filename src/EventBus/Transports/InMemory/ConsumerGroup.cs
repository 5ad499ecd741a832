namespace EventBus.Transports.InMemory;

/// <summary>A group: its members, and its positions in each topic. Guarded by the broker's lock.</summary>
internal sealed class ConsumerGroup(string name)
{
    private readonly Dictionary<string, GroupTopic> _topics = new(StringComparer.Ordinal);

    // What the group reads. It stays when the last member leaves, so that topics which appear meanwhile are read from their start.
    private readonly HashSet<string> _patterns = new(StringComparer.Ordinal);

    public List<InMemoryConsumer> Members { get; } = [];

    public void Join(InMemoryConsumer member, IEnumerable<MemoryTopic> matching, ControlEffects effects)
    {
        if (Members.Exists(other => string.Equals(other.Name, member.Name, StringComparison.Ordinal)))
        {
            throw new EventBusException(
                $"Group '{name}' has a member named '{member.Name}' already. Give each instance a name of its own.");
        }

        if (Members.Count == 0)
        {
            _patterns.Clear();
        }

        _patterns.UnionWith(member.Request.Topics);
        Members.Add(member);
        foreach (var topic in matching)
        {
            var groupTopic = In(topic);
            groupTopic.Open(InternalTopics.IsInternal(topic.Name) ? SeekTarget.Earliest : member.Request.StartFrom);
            groupTopic.Join(member);
        }

        Rebalance(effects);
    }

    public void Leave(InMemoryConsumer member, ControlEffects effects)
    {
        if (!Members.Remove(member))
        {
            return;
        }

        foreach (var topic in _topics.Values)
        {
            topic.Leave(member);
        }

        Rebalance(effects);
    }

    /// <summary>Removes a member that has not drained, and tells whoever still works on its partitions that they are gone.</summary>
    public void Evict(InMemoryConsumer member, ControlEffects effects)
    {
        foreach (var cursor in _topics.Values.SelectMany(static topic => topic.Cursors))
        {
            if (cursor.Assignment is { } assignment && assignment.Member == member)
            {
                effects.Revoke(assignment);
            }
        }

        Leave(member, effects);
    }

    /// <summary>Takes a topic that has just appeared, and has no events yet, if the group reads it.</summary>
    public void Appeared(MemoryTopic topic, ControlEffects effects)
    {
        if (!_patterns.Any(pattern => TopicPattern.Matches(pattern, topic.Name)))
        {
            return;
        }

        var groupTopic = In(topic);
        groupTopic.Open(SeekTarget.Earliest);
        foreach (var member in Members)
        {
            if (member.Request.Matches(topic.Name))
            {
                groupTopic.Join(member);
            }
        }

        PartitionSpread.Fill(groupTopic);
        groupTopic.Align(effects);
    }

    /// <summary>Goes on after a partition was given back.</summary>
    public static void Released(InMemoryAssignment assignment, ControlEffects effects)
    {
        var cursor = assignment.Cursor;
        if (cursor.Assignment == assignment && cursor.TryEndAssignment())
        {
            cursor.Align(effects);
        }
    }

    public Task Seek(MemoryTopic topic, SeekTarget target, ControlEffects effects)
    {
        var moves = new List<Task>();
        foreach (var cursor in In(topic).Cursors)
        {
            if (target.Position is not { } position || position.Partition == cursor.Log.Number)
            {
                moves.Add(cursor.Seek(target));
                cursor.Align(effects);
            }
        }

        return Task.WhenAll(moves);
    }

    public List<PartitionLag> Lag() =>
    [
        .. from topic in _topics.Values
           from cursor in topic.Cursors
           let tracker = cursor.Tracker
           where tracker is not null
           select cursor.Log.LagOf(tracker),
    ];

    private GroupTopic In(MemoryTopic topic)
    {
        if (!_topics.TryGetValue(topic.Name, out var groupTopic))
        {
            _topics.Add(topic.Name, groupTopic = new GroupTopic(name, topic));
        }

        return groupTopic;
    }

    private void Rebalance(ControlEffects effects)
    {
        PartitionSpread.Spread(_topics.Values);
        foreach (var topic in _topics.Values)
        {
            topic.Align(effects);
        }
    }
}
