namespace EventBus;

/// <summary>What went wrong in the bus or its transport. The message says what, where, and what to do.</summary>
public class EventBusException : Exception
{
    /// <summary>An error with a message.</summary>
    public EventBusException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public EventBusException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
