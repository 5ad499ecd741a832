namespace EventBus.Transports.InMemory;

/// <summary>A group in one topic: its cursors, and the members whose subscription has the topic. Guarded by the broker's lock.</summary>
internal sealed class GroupTopic(string group, MemoryTopic topic) : ISpreadTopic
{
    public MemoryTopic Topic { get; } = topic;

    public GroupCursor[] Cursors { get; } = Array.ConvertAll(topic.Logs, log => new GroupCursor(group, log));

    /// <summary>In the order in which they joined.</summary>
    public List<InMemoryConsumer> Members { get; } = [];

    int ISpreadTopic.Members => Members.Count;

    int ISpreadTopic.Partitions => Cursors.Length;

    int ISpreadTopic.this[int partition]
    {
        get => Cursors[partition].Owner is { } owner ? Members.IndexOf(owner) : -1;
        set => Cursors[partition].Owner = value < 0 ? null : Members[value];
    }

    int ISpreadTopic.LoadOf(int member) => Members[member].Load;

    /// <summary>Gives the group a position where it has none.</summary>
    public void Open(SeekTarget target)
    {
        foreach (var cursor in Cursors)
        {
            if (cursor.Tracker is null)
            {
                cursor.Log.Place(cursor, target);
            }
        }
    }

    public void Join(InMemoryConsumer member)
    {
        Members.Add(member);
        foreach (var cursor in Cursors)
        {
            cursor.SetLive(true);
        }
    }

    public void Leave(InMemoryConsumer member)
    {
        if (!Members.Remove(member))
        {
            return;
        }

        foreach (var cursor in Cursors)
        {
            if (cursor.Owner == member)
            {
                cursor.Owner = null;
            }

            if (cursor.Assignment?.Member == member)
            {
                cursor.TryEndAssignment();
            }

            cursor.SetLive(Members.Count > 0);
        }
    }

    public void Align(ControlEffects effects)
    {
        foreach (var cursor in Cursors)
        {
            cursor.Align(effects);
        }
    }
}
