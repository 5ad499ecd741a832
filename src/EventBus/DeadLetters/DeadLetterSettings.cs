namespace EventBus.DeadLetters;

/// <summary>How a subscription has its dead letters.</summary>
/// <param name="KeepKeyOrder">Whether later events of a dead event's key wait behind it.</param>
/// <param name="OnDeadLetter">Told of each dead letter, once it has been stored.</param>
internal sealed record DeadLetterSettings(bool KeepKeyOrder, Func<DeadLetter, CancellationToken, ValueTask>? OnDeadLetter);
