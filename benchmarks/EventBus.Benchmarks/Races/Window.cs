using System.Diagnostics.CodeAnalysis;

namespace EventBus.Benchmarks.Races;

/// <summary>Keeps a number of sends in flight, at the least cost that there is: a ring, of which always the oldest is awaited.</summary>
internal static class Window
{
    /// <param name="send">Sends one event.</param>
    /// <param name="events">How many to send.</param>
    /// <param name="inFlight">How many may be under way at once; 1 to await one by one.</param>
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once, before its place is taken by the next.")]
    public static async Task SendAsync<T>(Func<ValueTask<T>> send, int events, int inFlight)
    {
        var ring = new ValueTask<T>[inFlight];
        for (var sent = 0; sent < events; sent++)
        {
            var slot = sent % inFlight;
            if (sent >= inFlight)
            {
                await ring[slot];
            }

            ring[slot] = send();
        }

        for (var slot = 0; slot < Math.Min(inFlight, events); slot++)
        {
            await ring[slot];
        }
    }
}
