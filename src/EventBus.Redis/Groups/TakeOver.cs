namespace EventBus.Redis.Groups;

/// <summary>How taking a partition over went.</summary>
/// <param name="RefusedBy">The epoch of a later take-over, which refuses this one; 0 where it was done.</param>
/// <param name="Pending">How many entries had been handed out and not been settled.</param>
/// <param name="Lost">How many more of those there were whose bodies had been removed from the stream.</param>
internal readonly record struct TakeOver(long RefusedBy, long Pending, long Lost);
