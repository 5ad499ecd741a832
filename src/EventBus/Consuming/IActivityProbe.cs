namespace EventBus.Consuming;

/// <summary>
/// Counts what a bus is doing, so that a test harness knows when it has come to rest. There is none outside of a harness. A piece of work is
/// a subscription's reader or one of its workers.
/// </summary>
internal interface IActivityProbe
{
    /// <summary>Counts one more piece of work, before it starts; it is to be run by <see cref="RunAsync"/>.</summary>
    void Begin();

    /// <summary>Runs a piece of work, and counts it until its end.</summary>
    Task RunAsync(Func<Task> work);

    /// <summary>The calling piece of work does nothing until something has completed.</summary>
    void Rest(Task until);
}
