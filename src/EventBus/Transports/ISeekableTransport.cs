namespace EventBus.Transports;

/// <summary>The ability to move a group.</summary>
public interface ISeekableTransport
{
    /// <summary>
    /// Moves a group in one topic, whether it has members or not and whether it has ever had any. Members have their partitions
    /// revoked, drain, and are assigned them again, at the new place and with a new epoch.
    /// </summary>
    /// <returns>Completes when the group's position is the new one: no event of the old place is handed out after that.</returns>
    ValueTask SeekAsync(string group, string topic, SeekTarget target, CancellationToken cancellationToken);
}
