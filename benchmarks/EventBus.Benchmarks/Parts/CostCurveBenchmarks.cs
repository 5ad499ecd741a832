using BenchmarkDotNet.Attributes;
using EventBus.Benchmarks.Harness;
using EventBus.Benchmarks.Workloads;

namespace EventBus.Benchmarks.Parts;

/// <summary>Whether an event costs more where there are more topics, bystanders or kept events. The rows should be equal.</summary>
[MemoryDiagnoser]
public class CostCurveBenchmarks
{
    private const int Events = 50_000;
    private IWorkload _workload = null!;
    private EventSource _source = null!;

    public enum Grown
    {
        Nothing,
        Topics,
        GroupsElsewhere,
        GroupsOfAnotherType,
        Log,
    }

    [ParamsAllValues]
    public Grown What { get; set; }

    // In process BenchmarkDotNet does not wait for a set-up or a clean-up that is asynchronous.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => _workload.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Events)]
    public Task PublishedAndHandled() => Round.RunAsync(_workload, _source, producers: 1, Events);

    private async Task SetUpAsync()
    {
        _source = new EventSource(topics: What == Grown.Topics ? 1 : 0);
        _workload = await BusWorkload.StartAsync(What switch
        {
            Grown.Topics => new BusShape { Topics = 1_000 },
            Grown.GroupsElsewhere => new BusShape { GroupsElsewhere = 100 },
            Grown.GroupsOfAnotherType => new BusShape { GroupsOfAnotherType = 100 },
            Grown.Log => new BusShape { Retained = 100_000 },
            _ => new BusShape(),
        });
    }
}
