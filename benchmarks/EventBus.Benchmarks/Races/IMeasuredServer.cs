namespace EventBus.Benchmarks.Races;

/// <summary>What all sides are measured on.</summary>
internal interface IMeasuredServer
{
    /// <summary>The processor time that it has used so far, all of its threads together; zero where nobody can tell.</summary>
    Task<TimeSpan> CpuAsync();
}
