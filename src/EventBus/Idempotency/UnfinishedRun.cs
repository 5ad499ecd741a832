namespace EventBus.Idempotency;

/// <summary>
/// What a delivery keeps of a run while the store does not answer, so that the next attempt goes on with it: the claim, whose answer may
/// have got lost, is made again by the same owner; and what has been handled is not handled again, only completed.
/// </summary>
/// <param name="Owner">The run's owner.</param>
/// <param name="IsHandled">Whether the handlers have ended.</param>
internal readonly record struct UnfinishedRun(Guid Owner, bool IsHandled);
