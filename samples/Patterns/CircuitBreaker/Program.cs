using System.Collections.Concurrent;
using System.Diagnostics;
using EventBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TicketBooking;

Console.WriteLine("Ticket booking: the circuit breaker at its defaults. 5 failures open it, for 60 s; 3 successes close it; a call may take 10 s.");
Console.WriteLine($"A minute takes {60 / FastTime.Factor} second here: the times are those of the bus's own clock, which is a TimeProvider.");

Console.WriteLine();
Console.WriteLine("1. Without a fallback, requests wait until the seat service works again.");
var waiting = await RunAsync(withFallback: false);
Console.WriteLine();
Console.WriteLine("2. With a fallback, requests that come meanwhile go on a waiting list at once.");
var diverted = await RunAsync(withFallback: true);
Console.WriteLine();

List<string> wrong = [];
Check(waiting.States is ["open", "half-open", "open", "half-open", "closed"], $"the states were {string.Join(", ", waiting.States)}");
Check(waiting.Breaks.TrueForAll(each => each >= TimeSpan.FromSeconds(59)), "a break was shorter than 60 s");
Check(waiting.CallsAtOpening == 5, $"{waiting.CallsAtOpening} calls opened the circuit, not 5");
Check(waiting.CallsWhileOpen == 0, $"{waiting.CallsWhileOpen} calls were made while it was open");
Check(waiting.Booked.Select(each => each.Ticket).Distinct().Count() == 12 && waiting.Booked.Count == 12, "not every ticket was booked once");
Check(waiting.Booked.Sum(each => each.Attempt - 1) == 5, "other attempts than the 5 that opened the circuit were used up");
Check(diverted.Diverted.Count > 0 && diverted.Booked.Count > 0, "the fallback or the seat service got nothing");
Check(diverted.Booked.Select(each => each.Ticket).Concat(diverted.Diverted).Distinct().Count() == diverted.Published, "a request was lost");
Check(diverted.States is ["open", "half-open", "closed"], $"the states with a fallback were {string.Join(", ", diverted.States)}");

Console.WriteLine(wrong.Count == 0
    ? "Held: closed, open, half-open, open, half-open, closed; nothing called while open, nothing lost, no attempt used up by the outage."
    : $"DID NOT HOLD: {string.Join("; ", wrong)}.");
return wrong.Count == 0 ? 0 : 1;

void Check(bool holds, string otherwise)
{
    if (!holds)
    {
        wrong.Add(otherwise);
    }
}

static async Task<Outcome> RunAsync(bool withFallback)
{
    var time = new FastTime();
    var screen = new Screen(time);
    var seats = new SeatService(screen);
    var diverted = new ConcurrentQueue<string>();
    var services = new ServiceCollection();
    services.AddSingleton<TimeProvider>(time).AddLogging(logging => logging.ClearProviders().AddProvider(screen));
    services.AddEventBus(bus =>
    {
        bus.Event<TicketRequested>("ticket.requested", topic: "ticket-requests", key: e => e.Ticket);
        bus.Subscription("ticket-booking").Handle(seats).WithCircuitBreaker(fallback: !withFallback ? null : (context, _) =>
        {
            var ticket = ((TicketRequested)context.Event).Ticket;
            screen.Say($"  {ticket}: on the waiting list");
            diverted.Enqueue(ticket);
            return ValueTask.CompletedTask;
        });
    });
    await using var provider = services.BuildServiceProvider();
    await provider.GetRequiredService<IEventBus>().StartAsync();
    var published = 0;

    seats.Weather = Weather.Down;
    await PublishAsync(12);
    await UntilAsync(() => !screen.Circuit.IsEmpty);
    var atOpening = seats.Calls.Count;
    if (withFallback)
    {
        await UntilAsync(() => diverted.Count == published);
        seats.Weather = Weather.Fine;
    }
    else
    {
        await Task.Delay(TimeSpan.FromSeconds(30), time);
    }

    var whileOpen = seats.Calls.Count - atOpening;
    if (!withFallback)
    {
        screen.Say("the seat service accepts calls again, and does not answer");
        seats.Weather = Weather.Slow;
        await UntilAsync(() => screen.Circuit.Count >= 3);
        screen.Say("the seat service works again");
        seats.Weather = Weather.Fine;
    }
    else
    {
        await UntilAsync(() => screen.Circuit.Count >= 2);
        await PublishAsync(6);
    }

    await UntilAsync(() => seats.Booked.Count + diverted.Count >= published && screen.Circuit.Last().State == "closed");
    var changes = screen.Circuit.ToList();
    return new Outcome(
        [.. changes.Select(change => change.State)],
        [.. changes.Zip(changes.Skip(1)).Where(pair => pair.First.State == "open").Select(pair => pair.Second.At - pair.First.At)],
        atOpening, whileOpen, published, [.. seats.Booked], [.. diverted]);

    async Task PublishAsync(int count)
    {
        var publisher = provider.GetRequiredService<IEventPublisher>();
        for (var last = published + count; published < last;)
        {
            await publisher.PublishAsync(new TicketRequested($"T{++published:00}", "Hamlet"));
        }
    }
}

static async Task UntilAsync(Func<bool> condition)
{
    for (var start = Stopwatch.GetTimestamp(); !condition();)
    {
        if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
        {
            Console.WriteLine("DID NOT HOLD: it did not come to its end within 30 seconds.");
            Environment.Exit(1);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
    }
}
