using System.Text.Json.Serialization;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Load;

/// <summary>What one way of carrying the events did under the load.</summary>
/// <param name="Name">The bus, a floor or a rival.</param>
/// <param name="EventsPerSecond">Published events a second, from the first one's making to the last one's arrival.</param>
/// <param name="OfBus">How the bus's rate relates to this one's, as the median of the rounds' ratios.</param>
/// <param name="BytesPerEvent">What the process allocated for an event, the event itself (56 bytes) included.</param>
/// <param name="Latency">From an event's making to its handler, under this load: mostly the wait behind earlier events.</param>
/// <param name="LagAfterPublishing">How many events were unsettled when the last had been published; null where nobody can tell.</param>
/// <param name="LagAtEnd">How many were unsettled when all had been handled.</param>
internal sealed record LoadResult(
    string Name,
    double EventsPerSecond,
    double OfBus,
    double BytesPerEvent,
    LatencySummary Latency,
    long? LagAfterPublishing,
    long? LagAtEnd);

/// <summary>The load command's figures as they are written to a file.</summary>
internal sealed record LoadReport(IReadOnlyDictionary<string, string> Machine, LoadOptions Load, IReadOnlyList<LoadResult> Results);

[JsonSerializable(typeof(LoadReport))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class LoadJson : JsonSerializerContext;
