namespace EventBus;

/// <summary>The transport could not store what was published. Publishing again may store an event twice, with two ids.</summary>
public sealed class PublishException : EventBusException
{
    /// <summary>A failure to store an event or a part of a batch.</summary>
    /// <param name="message">What went wrong and what to do.</param>
    /// <param name="topic">Where the first event that was not stored should have gone.</param>
    /// <param name="stored">How many events of the batch, from its start, are known to be stored.</param>
    /// <param name="innerException">The client's own error.</param>
    public PublishException(string message, string topic, int stored = 0, Exception? innerException = null)
        : base(message, innerException)
    {
        Topic = topic;
        Stored = stored;
    }

    /// <summary>The topic of the first event that was not stored.</summary>
    public string Topic { get; }

    /// <summary>How many events of the batch, from its start, are known to be stored; 0 for a single event.</summary>
    public int Stored { get; }

    /// <summary>
    /// Whether the broker could not be reached at all, rather than having refused the event. A handler's attempt that ends with such an
    /// error is not counted: it says nothing about the event that was handled. Set by the transport.
    /// </summary>
    /// <value>The default is false.</value>
    public bool IsOutage { get; init; }
}
