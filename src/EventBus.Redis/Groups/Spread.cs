using EventBus.Redis.Topics;
using EventBus.Transports;

namespace EventBus.Redis.Groups;

/// <summary>
/// Who ought to have which partition. Each member works it out by itself, from the same state of the group, and comes to the same result:
/// <see cref="PartitionSpread"/> goes by the order of the topics' names and of the members' numbers.
/// </summary>
internal static class Spread
{
    /// <summary>The partitions that one member ought to have.</summary>
    public static List<(RedisTopic Topic, int Partition)> For(long member, GroupState state, IEnumerable<RedisTopic> topics)
    {
        var loads = state.Members.Keys.ToDictionary(static number => number, static _ => 0);
        Topic[] spread = [.. topics.OrderBy(static topic => topic.Name, StringComparer.Ordinal).Select(topic => new Topic(topic, state, loads))];
        PartitionSpread.Spread(spread);
        return
        [
            .. from topic in spread
               from partition in Enumerable.Range(0, topic.Partitions)
               where topic.OwnerOf(partition) == member
               select (topic.Of, partition),
        ];
    }

    private sealed class Topic : ISpreadTopic
    {
        private readonly long[] _members;
        private readonly int[] _owners;
        private readonly Dictionary<long, int> _loads;

        public Topic(RedisTopic topic, GroupState state, Dictionary<long, int> loads)
        {
            Of = topic;
            _members = [.. state.Members.Where(member => member.Value.Takes(topic.Name)).Select(static member => member.Key).Order()];
            _loads = loads;
            _owners = new int[topic.Partitions];
            for (var partition = 0; partition < _owners.Length; partition++)
            {
                _owners[partition] = Array.IndexOf(_members, state.OwnerOf(topic.Name, partition));
                Count(_owners[partition], 1);
            }
        }

        public RedisTopic Of { get; }

        public int Members => _members.Length;

        public int Partitions => _owners.Length;

        public int this[int partition]
        {
            get => _owners[partition];
            set
            {
                Count(_owners[partition], -1);
                _owners[partition] = value;
                Count(value, 1);
            }
        }

        public int LoadOf(int member) => _loads[_members[member]];

        public long OwnerOf(int partition) => _owners[partition] < 0 ? 0 : _members[_owners[partition]];

        private void Count(int member, int change)
        {
            if (member >= 0)
            {
                _loads[_members[member]] += change;
            }
        }
    }
}
