namespace EventBus;

/// <summary>
/// Thrown by a handler that knows when it is worth trying again, e.g. from an HTTP <c>Retry-After</c>: takes the place of the delay that the
/// subscription would have waited. The attempt counts like any other.
/// </summary>
public sealed class RetryAfterException : EventBusException
{
    /// <summary>An error with the time to wait.</summary>
    /// <param name="delay">How long to wait; not negative.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">Its cause.</param>
    public RetryAfterException(TimeSpan delay, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        Delay = delay;
    }

    /// <summary>How long to wait.</summary>
    public TimeSpan Delay { get; }
}
