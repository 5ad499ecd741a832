using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Support;

/// <summary>Listens to the instruments of one bus, as an exporter does.</summary>
internal sealed class MeterRecorder : IDisposable
{
    private static readonly TimeSpan BetweenScrapes = TimeSpan.FromMilliseconds(5);
    private readonly MeterListener _listener = new();

    /// <param name="services">Those of the bus, with an <see cref="IMeterFactory"/>.</param>
    public MeterRecorder(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public Seen<Instrument> Instruments { get; } = new();

    public Seen<Recorded> Measurements { get; } = new();

    /// <summary>Asks the instruments that are asked, once.</summary>
    /// <returns>What they told.</returns>
    public IReadOnlyList<Recorded> Scrape()
    {
        var before = Measurements.Items.Count;
        _listener.RecordObservableInstruments();
        return [.. Measurements.Items.Skip(before)];
    }

    /// <summary>Asks until there is a measurement as wanted.</summary>
    public async Task<Recorded> ScrapeUntilAsync(Func<Recorded, bool> wanted, string what)
    {
        using var deadline = new CancellationTokenSource(TestBus.Deadline);
        while (true)
        {
            if (Scrape().FirstOrDefault(wanted) is { } found)
            {
                return found;
            }

            // What takes seconds to come must not keep a core from the other tests.
            Assert.False(deadline.IsCancellationRequested, $"Waited for {what}.");
            await Task.Delay(BetweenScrapes, TimeProvider.System);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct, IConvertible =>
        Measurements.Add(new Recorded(
            instrument, value.ToDouble(null), tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal)));
}
