namespace EventBus.Transports.InMemory;

/// <summary>What follows from a change of a group and has to run outside of the broker's lock, for it runs foreign code.</summary>
internal sealed class ControlEffects
{
    private readonly List<PartitionAssignment> _revoked = [];

    public void Revoke(PartitionAssignment assignment) => _revoked.Add(assignment);

    public void Run(WaitGraph graph)
    {
        foreach (var assignment in _revoked)
        {
            assignment.Revoke();
        }

        graph.Recheck();
    }
}
