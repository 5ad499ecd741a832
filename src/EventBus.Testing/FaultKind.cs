namespace EventBus.Testing;

/// <summary>What a <see cref="FaultPlan"/> does to an operation of a transport.</summary>
public enum FaultKind
{
    /// <summary>Publishing fails, and nothing is stored.</summary>
    PublishError,

    /// <summary>The event is stored, and publishing fails all the same: the acknowledgement is lost.</summary>
    LostAcknowledgement,

    /// <summary>The event is stored twice.</summary>
    Duplicate,

    /// <summary>Receiving fails: the consumer has to be opened again.</summary>
    ReceiveError,

    /// <summary>Received events change places; those of one key keep their order.</summary>
    Reordering,

    /// <summary>The operation takes longer.</summary>
    Delay,

    /// <summary>The broker is away for a while.</summary>
    Cut,
}
