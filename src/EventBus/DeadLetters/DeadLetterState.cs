namespace EventBus.DeadLetters;

/// <summary>What a record in a group's topic of dead letters says: of an event, that it is dead or parked; of a dead letter, what became of it.</summary>
internal enum DeadLetterState
{
    /// <summary>Given up; waits for an operator.</summary>
    Dead,

    /// <summary>Waits behind a dead one of its key.</summary>
    Parked,

    /// <summary>Sent again to its group.</summary>
    Redriven,

    /// <summary>Given up for good.</summary>
    Discarded,

    /// <summary>Handled after all, in a group that keeps the order of keys: what waits behind it may go on.</summary>
    Handled,
}
