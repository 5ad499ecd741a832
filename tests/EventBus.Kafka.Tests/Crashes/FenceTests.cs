using EventBus.Kafka.Tests.Runs;
using EventBus.Shared.Crashes;

namespace EventBus.Kafka.Tests.Crashes;

/// <summary>A member that is held while it handles an event, and goes on when another one has taken the event over.</summary>
[Collection(nameof(ProcessTests))]
public sealed class FenceTests(KafkaServers servers)
{
    [Fact]
    public async Task LateWork_OfAMemberThatWasTakenForDead_SettlesNothing()
    {
        await using var run = new CrashRun(servers);
        await using var outside = RunBuses.Create(servers.BootstrapServers, settings: options => options.Prefix = run.Prefix);
        var first = run.AddMember(partitions: 1, run.Gate("first"));
        await first.StartedAsync();
        await using var publisher = run.Publish(partitions: 1, count: 1, keys: 1, rate: 1);
        await run.UntilAsync(() => first.Has(JournalKind.Begun), "the first member to begin the event");
        var second = run.AddMember(partitions: 1, run.Gate("second"));
        await second.StartedAsync();

        await first.StopAsync();
        await run.UntilAsync(() => second.Has(JournalKind.Begun), "the second member to take the event over");
        await File.WriteAllTextAsync(run.Gate("first"), string.Empty, TestContext.Current.CancellationToken);
        await first.ContinueAsync();

        // Its handler has ended, and it is a member again: whatever it wanted to settle is sent.
        await run.UntilAsync(() => first.Has(JournalKind.Handled), "the first member's handler to end");
        await run.UntilSteadyAsync(partitions: 1);
        Assert.Equal(1, await outside.LagAsync());

        await File.WriteAllTextAsync(run.Gate("second"), string.Empty, TestContext.Current.CancellationToken);
        await run.UntilAsync(() => run.Live.Sum(Handled) == 2, "another member's handler to end");
        await outside.SettledAsync();
        Assert.Equal(2, run.Read().Count(static line => line.Kind == JournalKind.Handled));
    }

    private static int Handled(RunningProcess member) => member.Lines.Count(static line => line.Kind == JournalKind.Handled);
}
