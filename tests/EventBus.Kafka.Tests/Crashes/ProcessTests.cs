namespace EventBus.Kafka.Tests.Crashes;

/// <summary>
/// Tests whose members are processes. They run behind all others and one after the other: how long a process stands still is theirs to say, and not that of
/// a machine with too much to do.
/// </summary>
[CollectionDefinition(nameof(ProcessTests), DisableParallelization = true)]
public sealed class ProcessTests;
