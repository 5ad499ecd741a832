namespace EventBus.Kafka.Publishing;

/// <summary>A call to publish that has not ended yet.</summary>
/// <remarks>
/// It is handed over by one thread at a time: the caller's or, where there was no room, that of the waiting line. Reports come on the producer's
/// thread, perhaps before the hand-over has returned.
/// </remarks>
internal abstract class PendingCall(KafkaPublisher publisher)
{
    public KafkaPublisher Publisher => publisher;

    /// <summary>Where the events go.</summary>
    public PublishTopic Topic { get; protected set; } = null!;

    /// <summary>When it began to wait, for <see cref="KafkaOptions.PublishTimeout"/>.</summary>
    public long Started { get; protected set; }

    /// <summary>Whether it has waited for too long.</summary>
    public bool IsOverdue => publisher.IsOverdue(this);

    /// <summary>Hands over what has not been handed over yet.</summary>
    /// <returns>False where there was no room for all of it, or the producer has ended: to be called again.</returns>
    public abstract bool TryHandOver();

    /// <summary>Ends what has not been handed over; what has been waits for its reports.</summary>
    public abstract void GiveUp(PublishFailure failure);

    /// <summary>Takes what became of one event.</summary>
    /// <param name="number">Which one of a batch.</param>
    /// <param name="report">What became of it.</param>
    public abstract void Take(int number, in Report report);
}
