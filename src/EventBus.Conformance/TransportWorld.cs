namespace EventBus.Conformance;

/// <summary>One broker, or a part of one that no other test sees, which all members of a test share.</summary>
public abstract class TransportWorld : IAsyncDisposable
{
    /// <summary>How many partitions a topic has in this world: what <see cref="WorldOptions.Partitions"/> asked for, if it can be had.</summary>
    public abstract int Partitions { get; }

    /// <summary>Puts the transport into a bus, connected to this world.</summary>
    public abstract void Configure(EventBusBuilder bus);

    /// <summary>
    /// Makes the broker take a member for dead, at once and without a word to the member: nothing that it settles from now on counts,
    /// and its partitions go to the others. The suite keeps the dead member's handlers silent.
    /// </summary>
    public abstract ValueTask KillAsync(Member member);

    /// <summary>Waits until a group's partitions are spread over its members and at rest.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="members">How many members it has.</param>
    /// <remarks>The default does not wait: it suits a transport whose members have their partitions once they are started.</remarks>
    public virtual ValueTask UntilSteadyAsync(string group, int members) => ValueTask.CompletedTask;

    /// <summary>Takes the world down. Its members have been stopped before.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
