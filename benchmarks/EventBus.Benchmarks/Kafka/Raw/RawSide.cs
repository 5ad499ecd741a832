using EventBus.Benchmarks.Races;

namespace EventBus.Benchmarks.Kafka.Raw;

/// <summary>Confluent.Kafka alone, as one who knows it well would use it: no order by key beside each other, no retries, no dead letters.</summary>
internal sealed class RawSide(Place place, RawShape shape) : ISide
{
    private readonly RawMessages _messages = new(place.FullName, place.Partitions, shape.HasHeaders);
    private RawSender? _sender;
    private RawReceiver? _receiver;

    public Arrivals Arrivals { get; } = new();

    public Task StartAsync(bool receives)
    {
        if (receives)
        {
            _receiver = new RawReceiver(place, shape.IsTuned, Arrivals);
        }

        return Task.CompletedTask;
    }

    public Task SendAsync(int events, int inFlight)
    {
        _sender ??= new RawSender(place, _messages, place.Linger);
        return inFlight == Work.AsMany ? _sender.SendReportedAsync(events, inFlight) : _sender.SendAsync(events, inFlight);
    }

    public async ValueTask DisposeAsync()
    {
        await (_receiver?.StopAsync() ?? Task.CompletedTask);
        _sender?.Dispose();
    }
}
