using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Races;

/// <summary>Events that have the way to themselves, each sent after the one before has arrived: latency and nothing else.</summary>
internal static class LoneSends
{
    /// <summary>How many rounds come first and do not count.</summary>
    public const int WarmUps = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="arrivals">Where the events arrive.</param>
    /// <param name="send">Sends one.</param>
    /// <param name="events">How many.</param>
    /// <param name="pause">How long to wait in between, as long as the timers of the system allow; zero for not at all.</param>
    public static async Task<LatencySummary> RunAsync(Arrivals arrivals, Func<Task> send, int events, TimeSpan pause = default)
    {
        var latencies = new long[events];
        for (var sent = 0; sent < events; sent++)
        {
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, TimeProvider.System);
            }

            var arriving = arrivals.Expect(1);
            var start = TimeProvider.System.GetTimestamp();
            var sending = send();
            await arriving.WaitAsync(Patience);
            await sending;
            latencies[sent] = arrivals.CompletedAt - start;
        }

        return Statistics.Summarize(latencies);
    }
}
