namespace EventBus.Testing;

/// <summary>A fault that a <see cref="FaultPlan"/> has injected.</summary>
/// <param name="Stream">Whose operations are counted: those of publishing a topic's key, or of a group's receiving.</param>
/// <param name="Operation">Which of the stream's operations had the fault, from 1.</param>
/// <param name="Kind">The fault.</param>
public sealed record InjectedFault(string Stream, int Operation, FaultKind Kind);
