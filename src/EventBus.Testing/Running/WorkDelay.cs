namespace EventBus.Testing.Running;

/// <summary>A delay of virtual time in which a piece of work rests.</summary>
internal sealed class WorkDelay(Work work, int attempt)
{
    private bool _ended;

    public void End()
    {
        if (!Interlocked.Exchange(ref _ended, true))
        {
            work.EndDelay(attempt);
        }
    }
}
