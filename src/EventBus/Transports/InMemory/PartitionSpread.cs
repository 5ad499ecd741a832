namespace EventBus.Transports.InMemory;

/// <summary>
/// Spreads a group's partitions over its members: within each topic their numbers differ by one at most, and as far as the
/// subscriptions allow it over all topics together. What need not move stays.
/// </summary>
internal static class PartitionSpread
{
    public static void Spread(IReadOnlyCollection<GroupTopic> topics)
    {
        foreach (var topic in topics)
        {
            Keep(topic);
        }

        foreach (var topic in topics)
        {
            Fill(topic);
        }

        // Each move makes the loads more even, so this ends.
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var topic in topics)
            {
                moved |= EvenOut(topic);
            }
        }
    }

    /// <summary>Gives the partitions without an owner to those who have the fewest of the topic and, among them, of all.</summary>
    public static void Fill(GroupTopic topic)
    {
        if (topic.Members.Count == 0)
        {
            return;
        }

        CountShares(topic);
        foreach (var cursor in topic.Cursors)
        {
            if (cursor.Owner is null)
            {
                cursor.Owner = topic.Members.MinBy(static member => (member.Share, member.Load));
                cursor.Owner!.Share++;
            }
        }
    }

    // Takes away what goes beyond an even share of the topic.
    private static void Keep(GroupTopic topic)
    {
        if (topic.Members.Count == 0)
        {
            return;
        }

        var (share, rest) = Math.DivRem(topic.Cursors.Length, topic.Members.Count);
        topic.Members.ForEach(static member => member.Share = 0);
        foreach (var cursor in topic.Cursors)
        {
            if (cursor.Owner is not { } owner)
            {
                continue;
            }

            if (owner.Share == share && rest > 0)
            {
                rest--;
            }
            else if (owner.Share >= share)
            {
                cursor.Owner = null;
                continue;
            }

            owner.Share++;
        }
    }

    // Moves a partition to a member that has one less of the topic, and at least two less of all: the topic stays even.
    private static bool EvenOut(GroupTopic topic)
    {
        if (topic.Members.Count < 2)
        {
            return false;
        }

        CountShares(topic);
        var least = topic.Members.Min(static member => member.Share);
        var to = topic.Members.Where(member => member.Share == least).MinBy(static member => member.Load)!;
        var from = topic.Members.Where(member => member.Share > least).MaxBy(static member => member.Load);
        if (from is null || from.Load - to.Load < 2)
        {
            return false;
        }

        Array.FindLast(topic.Cursors, cursor => cursor.Owner == from)!.Owner = to;
        return true;
    }

    private static void CountShares(GroupTopic topic)
    {
        topic.Members.ForEach(static member => member.Share = 0);
        foreach (var cursor in topic.Cursors)
        {
            if (cursor.Owner is { } owner)
            {
                owner.Share++;
            }
        }
    }
}
