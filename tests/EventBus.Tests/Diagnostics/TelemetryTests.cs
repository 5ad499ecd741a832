namespace EventBus.Tests.Diagnostics;

/// <summary>
/// Tests that listen to spans. There is one source of spans in a process, so that what one test listens to costs the others: these run by
/// themselves.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryTests
{
    public const string Name = "Telemetry";
}
