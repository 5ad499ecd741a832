namespace EventBus.Testing.Running;

/// <summary>What could be run next: a step of a handler, or a subscription's reading.</summary>
/// <param name="Order">Puts candidates in an order that does not depend on when they came.</param>
/// <param name="Work">Whose it is.</param>
/// <param name="Run">Runs it.</param>
/// <param name="IsReady">Whether it has something to do; null for always.</param>
internal sealed record Candidate(string Order, Work Work, Action Run, Func<bool>? IsReady = null);
