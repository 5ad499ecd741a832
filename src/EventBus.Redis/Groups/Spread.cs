using EventBus.Redis.Topics;
using EventBus.Transports;

namespace EventBus.Redis.Groups;

/// <summary>
/// Who ought to have which partition. Each member works it out by itself, from the same state of the group, and comes to the same result: within
/// each topic the members' numbers of partitions differ by one at most, and as far as the subscriptions allow it over all topics together. What need
/// not move stays.
/// </summary>
internal sealed class Spread
{
    private readonly Dictionary<long, int> _load = [];
    private readonly List<Topic> _topics = [];

    private Spread(GroupState state, IEnumerable<RedisTopic> topics)
    {
        foreach (var member in state.Members.Keys)
        {
            _load[member] = 0;
        }

        foreach (var topic in topics.OrderBy(static topic => topic.Name, StringComparer.Ordinal))
        {
            long[] members = [.. state.Members.Where(member => member.Value.Takes(topic.Name)).Select(static member => member.Key).Order()];
            if (members.Length > 0)
            {
                _topics.Add(new Topic(topic, members, [.. Enumerable.Range(0, topic.Partitions).Select(partition => state.OwnerOf(topic.Name, partition))]));
            }
        }
    }

    /// <summary>The partitions that one member ought to have.</summary>
    public static List<(RedisTopic Topic, int Partition)> For(long member, GroupState state, IEnumerable<RedisTopic> topics)
    {
        var spread = new Spread(state, topics);
        spread.Make();
        return
        [
            .. from topic in spread._topics
               from partition in Enumerable.Range(0, topic.Owners.Length)
               where topic.Owners[partition] == member
               select (topic.Of, partition),
        ];
    }

    private void Make()
    {
        _topics.ForEach(Keep);
        _topics.ForEach(Fill);

        // Each move makes the loads more even, so this ends.
        for (var moved = _load.Count > 1; moved;)
        {
            moved = false;
            foreach (var topic in _topics)
            {
                moved |= EvenOut(topic);
            }
        }
    }

    // Takes away what goes beyond an even share of the topic.
    private void Keep(Topic topic)
    {
        var (share, rest) = Math.DivRem(topic.Owners.Length, topic.Members.Length);
        var shares = topic.Members.ToDictionary(static member => member, static _ => 0);
        for (var partition = 0; partition < topic.Owners.Length; partition++)
        {
            var owner = topic.Owners[partition];
            if (!shares.TryGetValue(owner, out var has) || has > share || (has == share && rest == 0))
            {
                topic.Owners[partition] = 0;
                continue;
            }

            rest -= has == share ? 1 : 0;
            shares[owner]++;
            _load[owner]++;
        }
    }

    private void Fill(Topic topic)
    {
        var shares = topic.Shares();
        for (var partition = 0; partition < topic.Owners.Length; partition++)
        {
            if (topic.Owners[partition] == 0)
            {
                var owner = topic.Members.MinBy(member => (shares[member], _load[member], member));
                topic.Owners[partition] = owner;
                shares[owner]++;
                _load[owner]++;
            }
        }
    }

    // Moves a partition to a member that has one less of the topic, and at least two less of all: the topic stays even.
    private bool EvenOut(Topic topic)
    {
        var shares = topic.Shares();
        var least = shares.Values.Min();
        if (shares.Values.Max() == least)
        {
            return false;
        }

        var to = topic.Members.Where(member => shares[member] == least).MinBy(member => (_load[member], member));
        var from = topic.Members.Where(member => shares[member] > least).MaxBy(member => (_load[member], member));
        if (_load[from] - _load[to] < 2)
        {
            return false;
        }

        topic.Owners[Array.LastIndexOf(topic.Owners, from)] = to;
        _load[from]--;
        _load[to]++;
        return true;
    }

    private sealed record Topic(RedisTopic Of, long[] Members, long[] Owners)
    {
        public Dictionary<long, int> Shares()
        {
            var shares = Members.ToDictionary(static member => member, static _ => 0);
            foreach (var owner in Owners)
            {
                if (owner != 0)
                {
                    shares[owner]++;
                }
            }

            return shares;
        }
    }
}
