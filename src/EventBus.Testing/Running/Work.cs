namespace EventBus.Testing.Running;

/// <summary>
/// A piece of the bus's work, which is a subscription's reader or one of its workers, and what it is doing. Guarded by the conductor's lock.
/// </summary>
internal sealed class Work(Conductor conductor)
{
    private static readonly AsyncLocal<Work?> Local = new();
    private int _attempt;

    /// <summary>The work that the calling code is part of.</summary>
    public static Work? Current
    {
        get => Local.Value;
        set => Local.Value = value;
    }

    /// <summary>Steps of a handler that run now.</summary>
    public int Running { get; set; }

    /// <summary>Steps of a handler that could run now.</summary>
    public int Queued { get; set; }

    /// <summary>Delays of virtual time that have not ended.</summary>
    public int Delays { get; set; }

    /// <summary>Whether a handler has been begun and has not ended.</summary>
    public bool IsHandling { get; set; }

    /// <summary>Whether the work still waits for what somebody else has to do; null where it does not wait so.</summary>
    public Func<bool>? IsWaiting { get; set; }

    /// <summary>The group for which the work waits for events.</summary>
    public string? ReceivesFor { get; set; }

    /// <summary>The work does nothing while a condition holds, which whoever ends it ends at once.</summary>
    public void RestWhile(Func<bool> isWaiting) => conductor.Change(() => IsWaiting = isWaiting);

    public WorkDelay BeginDelay() => conductor.Change(() =>
    {
        Delays++;
        return new WorkDelay(this, _attempt);
    });

    public void EndDelay(int attempt) => conductor.Change(() => Delays -= attempt == _attempt ? 1 : 0);

    public void BeginAttempt() => conductor.Change(() => IsHandling = true);

    /// <summary>Delays that the handler has left running are not waited for.</summary>
    public void EndAttempt() => conductor.Change(() =>
    {
        _attempt++;
        Delays = 0;
        return IsHandling = false;
    });
}
