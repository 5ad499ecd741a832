namespace EventBus;

/// <summary>
/// Thrown by a handler for an event that no further attempt can help: it becomes a dead letter at once. In a subscription without dead letters
/// there is no place for it to go, and it is tried again at the longest delay.
/// </summary>
public sealed class DoNotRetryException : EventBusException
{
    /// <summary>An error with a message.</summary>
    public DoNotRetryException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public DoNotRetryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
