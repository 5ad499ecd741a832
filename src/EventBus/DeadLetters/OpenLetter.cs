namespace EventBus.DeadLetters;

/// <summary>A letter that its key waits for, as it was when it was looked at.</summary>
internal readonly record struct OpenLetter(Position Position, Position Place, Position? Origin, DeadLetterState State);
