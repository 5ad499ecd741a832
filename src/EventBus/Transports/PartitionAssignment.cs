namespace EventBus.Transports;

/// <summary>
/// One partition in the hands of one member, from its assignment to its release. A partition that comes back is a new object
/// with a new epoch. Transports may derive from it to keep their own state beside it.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="partition">The partition's number, from 0.</param>
/// <param name="epoch">Grows with each assignment of the partition; for fencing and for logs.</param>
public class PartitionAssignment(string topic, int partition, long epoch)
{
    private readonly CancellationTokenSource _revoking = new();

    /// <summary>The topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>The partition's number, from 0.</summary>
    public int Partition { get; } = partition;

    /// <summary>Grows with each assignment of the partition.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>
    /// Fires when the partition has to be given back. The runner then starts nothing more of it, waits for what is running and calls
    /// <see cref="ITransportConsumer.Release"/>; a transport may bound that wait and take the partition away regardless.
    /// </summary>
    public CancellationToken Revoking => _revoking.Token;

    /// <summary>Fires <see cref="Revoking"/>. Called by the transport, outside of its locks; again without effect.</summary>
    public void Revoke() => _revoking.Cancel();

    /// <summary>The runner's state of this assignment, so that it needs no look-up for an event.</summary>
    internal object? RunnerState { get; set; }

    /// <summary>For messages: topic, partition and epoch.</summary>
    public override string ToString() => string.Create(null, $"{Topic}/{Partition} (epoch {Epoch})");
}
