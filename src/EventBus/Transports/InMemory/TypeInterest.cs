namespace EventBus.Transports.InMemory;

/// <summary>
/// Who wants the events of one type in a log, and how many of them wait for one. An event costs nothing for groups that do not
/// handle its type: they are neither woken nor counted. Guarded by the log's lock.
/// </summary>
internal sealed class TypeInterest
{
    public List<InMemoryAssignment> Assignments { get; } = [];

    /// <summary>How many of the assignments are parked.</summary>
    public int Parked { get; set; }
}
