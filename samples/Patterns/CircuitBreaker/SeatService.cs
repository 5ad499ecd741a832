using System.Collections.Concurrent;
using EventBus;

namespace TicketBooking;

/// <summary>Books seats with a service that can be up, down, or so slow that the call is given up.</summary>
internal sealed class SeatService(Screen screen) : IEventHandler<TicketRequested>
{
    private volatile Weather _weather;

    public Weather Weather
    {
        get => _weather;
        set => _weather = value;
    }

    public ConcurrentQueue<(string Ticket, int Attempt)> Calls { get; } = [];

    public ConcurrentQueue<(string Ticket, int Attempt)> Booked { get; } = [];

    public async ValueTask HandleAsync(TicketRequested e, EventContext context, CancellationToken cancellationToken)
    {
        Calls.Enqueue((e.Ticket, context.Attempt));
        switch (Weather)
        {
            case Weather.Down:
                screen.Say($"  {e.Ticket}: the seat service is down");
                throw new HttpRequestException("The seat service is down.");
            case Weather.Slow:
                screen.Say($"  {e.Ticket}: the seat service does not answer");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                break;
            default:
                screen.Say($"  {e.Ticket}: booked");
                Booked.Enqueue((e.Ticket, context.Attempt));
                break;
        }
    }
}

internal enum Weather
{
    Fine,
    Down,
    Slow,
}

internal sealed record TicketRequested(string Ticket, string Show);
