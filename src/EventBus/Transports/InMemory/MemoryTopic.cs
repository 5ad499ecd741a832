namespace EventBus.Transports.InMemory;

/// <summary>A topic: its partitions, and which of them an event goes to.</summary>
internal sealed class MemoryTopic
{
    private int _turn;

    public MemoryTopic(string name, BrokerSettings settings)
    {
        Name = name;
        Logs = new PartitionLog[settings.PartitionsOf(name)];
        for (var i = 0; i < Logs.Length; i++)
        {
            Logs[i] = new PartitionLog(name, i, settings);
        }
    }

    public string Name { get; }

    public PartitionLog[] Logs { get; }

    public PartitionLog LogFor(string? key)
    {
        if (Logs.Length == 1)
        {
            return Logs[0];
        }

        return key is null ? NextUnkeyed() : LogForKey(key);
    }

    /// <summary>Appends as many of a batch's first events as there is room for.</summary>
    /// <param name="envelopes">The events.</param>
    /// <param name="positions">Where they went.</param>
    /// <param name="unkeyed">Where those without a key go: a batch keeps them together.</param>
    public int TryAppend(ReadOnlySpan<Envelope> envelopes, Span<Position> positions, PartitionLog unkeyed)
    {
        var count = 0;
        while (count < envelopes.Length)
        {
            var log = LogFor(in envelopes[count], unkeyed);
            var run = RunLength(envelopes[count..], log, unkeyed);
            var appended = log.TryAppend(envelopes.Slice(count, run), positions.Slice(count, run));
            count += appended;
            if (appended < run)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>How many of the first events go to one partition.</summary>
    public int RunLength(ReadOnlySpan<Envelope> envelopes, PartitionLog log, PartitionLog unkeyed)
    {
        if (Logs.Length == 1)
        {
            return envelopes.Length;
        }

        var length = 0;
        while (length < envelopes.Length && LogFor(in envelopes[length], unkeyed) == log)
        {
            length++;
        }

        return length;
    }

    public PartitionLog LogFor(in Envelope envelope, PartitionLog unkeyed) =>
        envelope.Key is { } key ? LogForKey(key) : unkeyed;

    // The turn is not interlocked: two publishers may now and then take the same one.
    public PartitionLog NextUnkeyed() => Logs[(int)((uint)_turn++ % (uint)Logs.Length)];

    private PartitionLog LogForKey(string key) => Logs[KeyPartitioner.Partition(key, Logs.Length)];
}
