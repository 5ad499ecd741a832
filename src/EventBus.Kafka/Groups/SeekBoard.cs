using System.Collections.Concurrent;

namespace EventBus.Kafka.Groups;

/// <summary>The last wish for each partition of each group, as far as they have been read. Safe to use from any thread.</summary>
internal sealed class SeekBoard
{
    private readonly ConcurrentDictionary<(string Group, string Topic, int Partition), SeekWish> _wishes = [];

    /// <summary>A wish has come. Not to be kept waiting.</summary>
    public event EventHandler? Changed;

    public void Add(SeekWish wish)
    {
        foreach (var partition in wish.Offsets.Keys)
        {
            _wishes.AddOrUpdate(
                (wish.Group, wish.Topic, partition), static (_, wish) => wish,
                static (_, known, wish) => known.Number > wish.Number ? known : wish, wish);
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>A wish for a partition that has not been made there.</summary>
    /// <param name="group">The group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="made">The last one that was made.</param>
    /// <param name="now">The time.</param>
    public SeekWish? Find(string group, string topic, int partition, long made, DateTimeOffset now) =>
        _wishes.TryGetValue((group, topic, partition), out var wish) && wish.Number > made && wish.Deadline > now ? wish : null;
}
