namespace EventBus.Kafka.Brokers.Proxies;

/// <summary>A transaction that is not decided.</summary>
/// <param name="id">The transactional id.</param>
/// <param name="producer">The producer's number.</param>
/// <param name="epoch">The producer's epoch.</param>
internal sealed class OpenTransaction(string id, long producer, short epoch) : IDisposable
{
    public string Id => id;

    public long Producer => producer;

    public short Epoch => epoch;

    /// <summary>The offsets of what it has written, by partition.</summary>
    public Dictionary<(string Topic, int Partition), (long First, long Last)> Written { get; } = [];

    /// <summary>The places of groups that it writes.</summary>
    public List<(string Group, PlaceEntry Entry)> Places { get; } = [];

    /// <summary>Aborts it when its time is over.</summary>
    public ITimer? Timer { get; set; }

    public void Dispose() => Timer?.Dispose();
}
