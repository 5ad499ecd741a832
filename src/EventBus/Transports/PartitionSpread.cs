namespace EventBus.Transports;

/// <summary>
/// Spreads a group's partitions over its members: within each topic their numbers differ by one at most, and as far as the
/// subscriptions allow it over all topics together. What need not move stays. The same topics and members in the same order give the same result.
/// </summary>
internal static class PartitionSpread
{
    private const int Nobody = -1;

    public static void Spread(IReadOnlyCollection<ISpreadTopic> topics)
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
    public static void Fill(ISpreadTopic topic)
    {
        if (topic.Members == 0)
        {
            return;
        }

        var shares = SharesOf(topic);
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            if (topic[partition] == Nobody)
            {
                var owner = Enumerable.Range(0, shares.Length).MinBy(member => (shares[member], topic.LoadOf(member)));
                topic[partition] = owner;
                shares[owner]++;
            }
        }
    }

    // Takes away what goes beyond an even share of the topic.
    private static void Keep(ISpreadTopic topic)
    {
        if (topic.Members == 0)
        {
            return;
        }

        var (share, rest) = Math.DivRem(topic.Partitions, topic.Members);
        var shares = new int[topic.Members];
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            var owner = topic[partition];
            if (owner == Nobody)
            {
                continue;
            }

            if (shares[owner] == share && rest > 0)
            {
                rest--;
            }
            else if (shares[owner] >= share)
            {
                topic[partition] = Nobody;
                continue;
            }

            shares[owner]++;
        }
    }

    // Moves a partition to a member that has one less of the topic, and at least two less of all: the topic stays even.
    private static bool EvenOut(ISpreadTopic topic)
    {
        var shares = SharesOf(topic);
        if (shares.Length < 2 || shares.Max() == shares.Min())
        {
            return false;
        }

        var least = shares.Min();
        var members = Enumerable.Range(0, shares.Length);
        var to = members.Where(member => shares[member] == least).MinBy(topic.LoadOf);
        var from = members.Where(member => shares[member] > least).MaxBy(topic.LoadOf);
        if (topic.LoadOf(from) - topic.LoadOf(to) < 2)
        {
            return false;
        }

        topic[Enumerable.Range(0, topic.Partitions).Last(partition => topic[partition] == from)] = to;
        return true;
    }

    private static int[] SharesOf(ISpreadTopic topic)
    {
        var shares = new int[topic.Members];
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            if (topic[partition] is not Nobody and var owner)
            {
                shares[owner]++;
            }
        }

        return shares;
    }
}
