using System.Diagnostics.Metrics;

namespace EventBus.Tests.Support;

/// <summary>One measurement.</summary>
internal sealed record Recorded(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)
{
    public string Name => Instrument.Name;

    public override string ToString() => $"{Name} = {Value} ({string.Join(", ", Tags)})";
}
