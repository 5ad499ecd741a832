namespace EventBus.DeadLetters;

/// <summary>
/// The dead letters of the groups on this bus's transport: look at them, send them again, discard them. A group need not run, nor belong to
/// this bus, except that redriven events are handled when it runs.
/// </summary>
/// <remarks>
/// Nothing disappears before its successor is safely stored: a process that dies in the middle leaves a dead letter that was redriven and is
/// still dead, never one that is neither. Safe to use from any thread; two that redrive the same letters at once send them twice.
/// </remarks>
public interface IDeadLetters
{
    /// <summary>Reads a group's dead letters.</summary>
    /// <param name="subscription">The group's name.</param>
    /// <param name="query">Which, and in which order; null for all that are dead, the oldest first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EventBusException">The transport could not be read, or <see cref="DeadLetterQuery.After"/> is not there any more.</exception>
    IAsyncEnumerable<DeadLetter> ReadAsync(
        string subscription, DeadLetterQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Counts a group's dead letters; <see cref="DeadLetterQuery.Limit"/> and <see cref="DeadLetterQuery.After"/> count too.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    ValueTask<int> CountAsync(string subscription, DeadLetterQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends dead letters again, to their group alone, with all their attempts before them. Each is settled when it has been sent; so a call that was
    /// broken off is resumed by calling it again.
    /// </summary>
    /// <param name="subscription">The group's name.</param>
    /// <param name="query">Which, and in which order. Parked events are never sent by themselves: they follow the dead one of their key.</param>
    /// <param name="replace">
    /// Mends an event: returns what to send in its place, an event of a registered type or bytes (<see cref="ReadOnlyMemory{T}"/> of byte) under
    /// the same contract; null sends it as it is. Id, key, time and headers stay. The change is recorded: the event says when its data was
    /// replaced, and the dead letter keeps the original.
    /// </param>
    /// <param name="maxPerSecond">How many to send in a second at most; null for no limit.</param>
    /// <param name="progress">Told of each one that has been sent.</param>
    /// <param name="cancellationToken">Breaks off between two dead letters.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="PublishException">The transport could not store one; those before it have been sent.</exception>
    ValueTask<int> RedriveAsync(
        string subscription,
        DeadLetterQuery query,
        Func<DeadLetter, object?>? replace = null,
        int? maxPerSecond = null,
        IProgress<DeadLetter>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Gives dead letters up for good. In a group that keeps the order of keys, what waits behind them goes on.</summary>
    /// <param name="subscription">The group's name.</param>
    /// <param name="query">Which. Parked events are discarded only if it includes them.</param>
    /// <param name="reason">Why, for whoever looks at it later; not empty.</param>
    /// <param name="cancellationToken">Breaks off between two dead letters.</param>
    /// <returns>How many were discarded.</returns>
    ValueTask<int> DiscardAsync(
        string subscription, DeadLetterQuery query, string reason, CancellationToken cancellationToken = default);

    /// <summary>Looks at one dead letter, settled or not.</summary>
    /// <returns>The dead letter; null where there is none at that position, or none any more.</returns>
    sealed async ValueTask<DeadLetter?> FindAsync(
        string subscription, Position position, CancellationToken cancellationToken = default)
    {
        foreach (var settled in new[] { false, true })
        {
            var query = new DeadLetterQuery { Positions = [position], IncludeParked = true, Settled = settled };
            await foreach (var letter in ReadAsync(subscription, query, cancellationToken).ConfigureAwait(false))
            {
                return letter;
            }
        }

        return null;
    }
}
