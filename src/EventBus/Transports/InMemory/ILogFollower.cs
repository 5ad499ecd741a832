namespace EventBus.Transports.InMemory;

/// <summary>Something that has read a log to its end and waits for it to grow.</summary>
internal interface ILogFollower
{
    /// <summary>The next one that waits. It belongs to the log while this one is parked there, and to the waker after that.</summary>
    ILogFollower? NextParked { get; set; }

    /// <summary>Tells that there is something to read. Runs on the publisher's thread: it queues, and never reads.</summary>
    void Wake();
}
