using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Benchmarks.Soak.Load;

/// <summary>Publishes events one by one at a steady rate, on a bus of its own.</summary>
/// <param name="bus">The bus; it has no subscription.</param>
/// <param name="rate">How many events a second.</param>
/// <param name="first">The number of its first event.</param>
/// <param name="step">What lies between the numbers of its events.</param>
internal sealed class SoakPublisher(ServiceProvider bus, int rate, int first, int step)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    // The first events come as fast as they can: what is pooled gets its size from that, and not from a pause of the machine later on.
    private static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(5);
    private readonly IEventPublisher _publisher = bus.GetRequiredService<IEventPublisher>();
    private long _published;

    public long Published => Interlocked.Read(ref _published);

    /// <summary>Publishes until it is cancelled, and then what is under way.</summary>
    public async Task RunAsync(long most, CancellationToken stop)
    {
        var start = TimeProvider.System.GetTimestamp();
        var sending = new List<Task>();
        for (long sent = 0; sent < most && !stop.IsCancellationRequested;)
        {
            // What a pause of the machine has kept back comes afterwards, in several ticks: of no key two events are under way at once.
            var due = Math.Min(most, (long)((TimeProvider.System.GetElapsedTime(start) + HeadStart).TotalSeconds * rate));
            due = Math.Min(due, sent + (SoakEvent.Keys / step));
            for (; sent < due; sent++)
            {
                sending.Add(_publisher.PublishAsync(SoakEvent.Make(first + (sent * step)), CancellationToken.None).AsTask());
            }

            await Task.WhenAll(sending);
            Interlocked.Add(ref _published, sending.Count);
            sending.Clear();
            await Task.Delay(Tick, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
