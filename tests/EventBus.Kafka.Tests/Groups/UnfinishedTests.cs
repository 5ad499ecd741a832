using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Groups;

/// <summary>Keys that cannot go on, in the middle of a partition in which all others have.</summary>
public sealed class UnfinishedTests(KafkaServers servers)
{
    private const int Keys = 100;
    private const int Events = 5_000;
    private const int Failures = 3;
    private static readonly string[] s_stuck = ["key-3", "key-50"];
    private readonly GroupRun _run = new(servers);

    [Fact]
    public async Task Restart_KeysInRetry_OnlyWhatIsUnfinishedComesAgain()
    {
        Counted[] events = [.. Enumerable.Range(0, Events).Select(static index => Counted.At(index, Keys))];

        // The first of them, with everything of their keys behind; the rest would not fit beside the commit.
        Counted[] stuck = [.. s_stuck.Select(static key => new Counted(key, (Events / Keys) - 1))];
        var attempts = new ConcurrentDictionary<Counted, int>();
        var before = new Tally();
        await using (var bus = await StartAsync(before, (counted, attempt) =>
        {
            if (stuck.Contains(counted))
            {
                attempts[counted] = attempt;
                throw new InvalidOperationException("It fails on purpose.");
            }
        }))
        {
            await bus.PublishAsync(events);
            await before.ReachedAsync(Events - stuck.Length, bus.Log);
            await bus.PublishAsync(stuck.Select(static last => last with { Number = last.Number + 1 }));
            await Eventually.TrueAsync(
                () => stuck.All(counted => attempts.GetValueOrDefault(counted) >= Failures), () => $"the attempts to fail.{bus.Log}");
        }

        var firstAttempts = new ConcurrentDictionary<Counted, int>();
        var after = new Tally();
        await using var again = await StartAsync(after, (counted, attempt) => firstAttempts.TryAdd(counted, attempt));
        await after.ReachedAsync(2 * stuck.Length, again.Log);
        await again.SettledAsync();
        Assert.Equal(2 * stuck.Length, after.Count);
        Assert.All(stuck, last =>
        {
            Assert.Equal([last.Number, last.Number + 1], after.Handled.Where(counted => counted.Key == last.Key).Select(static counted => counted.Number));
            Assert.Equal(attempts[last] + 1, firstAttempts[last]);
        });
    }

    private Task<RunBus> StartAsync(Tally tally, Action<Counted, int> attempted) => _run.StartAsync(configure: bus =>
        bus.Subscription(RunBus.Group).Handle<Counted>((counted, context, _) =>
            {
                attempted(counted, context.Attempt);
                tally.Add(counted);
                return ValueTask.CompletedTask;
            })
            .WithConcurrency(4)
            .WithRetry(static retry => retry.MaxDelay = retry.Delay = TimeSpan.FromMilliseconds(50)));
}
