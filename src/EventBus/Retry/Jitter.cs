namespace EventBus.Retry;

/// <summary>Where jitter comes from, if a test wants it to be always the same.</summary>
/// <param name="next">Draws evenly from [0, 1); called from any thread.</param>
internal sealed class Jitter(Func<double> next)
{
    public Func<double> Next { get; } = next;
}
