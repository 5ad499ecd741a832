using System.Diagnostics;
using EventBus.Diagnostics;

namespace EventBus.Tests.Support;

/// <summary>Listens to the bus's spans, as an exporter does.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ActivityListener _listener;

    public SpanRecorder(ActivitySamplingResult result = ActivitySamplingResult.AllDataAndRecorded)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == EventBusTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => result,
            ActivityStopped = Ended.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans that have ended, in that order.</summary>
    public Seen<Activity> Ended { get; } = new();

    /// <summary>Waits for so many spans of a name, and gives them in the order of their beginnings.</summary>
    public async Task<Activity[]> NamedAsync(string name, int count = 1)
    {
        var all = await Ended.UntilAsync(spans => spans.Count(span => span.DisplayName == name) >= count, $"{count} spans '{name}'");
        return [.. all.Where(span => span.DisplayName == name).OrderBy(span => span.StartTimeUtc)];
    }

    public void Dispose() => _listener.Dispose();
}
