namespace EventBus.Kafka;

/// <summary>Where a group goes on in a partition in which its place is no longer there.</summary>
public enum KafkaExpiredOffset
{
    /// <summary>With the earliest event that is left.</summary>
    Earliest,

    /// <summary>With the next event that comes: everything before it is lost to the group.</summary>
    Latest,

    /// <summary>Nowhere: the subscription stops with an error until somebody moves the group.</summary>
    Fail,
}
