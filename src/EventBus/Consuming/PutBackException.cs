namespace EventBus.Consuming;

/// <summary>
/// A step of the pipeline says that the event cannot be handled right now, through no fault of its own: it is handed out again after a
/// pause, in its key's order, and the attempt does not count.
/// </summary>
/// <param name="message">Why.</param>
/// <param name="pause">How long to wait.</param>
/// <param name="cause">What stands behind it; null for nothing.</param>
internal sealed class PutBackException(string message, TimeSpan pause, Exception? cause = null) : EventBusException(message, cause)
{
    public TimeSpan Pause { get; } = pause;
}
