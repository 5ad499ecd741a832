using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace EventBus.Tests.Diagnostics;

[Collection(TelemetryTests.Name)]
public sealed class NobodyListensTests
{
    private const int Events = 6_000;
    private const int WarmUp = 500;

    [Fact]
    public async Task Handling_WithNobodyWhoListens_AllocatesNothingForAnEvent()
    {
        Assert.InRange(await AllocatedAsync(), 0, (Events - WarmUp) / 10);
    }

    [Fact]
    public async Task Handling_WithAListener_IsSeenByTheSameMeasure()
    {
        using var spans = new SpanRecorder();

        Assert.InRange(await AllocatedAsync(), Events * 100, long.MaxValue);
    }

    // From each event of a backlog to the next one on the same thread.
    private static async Task<long> AllocatedAsync()
    {
        using var log = new LogRecorder(LogLevel.Information);
        var (before, allocated) = ((Thread: 0, Bytes: 0L), 0L);
        var done = new Seen<long>();
        await using var bus = TestBus.Create(
            bus => bus.AddNumbered().Subscription("s").Handle<Numbered>((e, _, _) =>
            {
                var now = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
                allocated += e.Number > WarmUp && now.CurrentManagedThreadId == before.Thread ? now.Item2 - before.Bytes : 0;
                before = now;
                if (e.Number == Events - 1)
                {
                    done.Add(allocated);
                }

                return ValueTask.CompletedTask;
            }),
            services => services.AddMetrics().AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(log.Least))
                .AddHealthChecks().AddEventBus());
        _ = bus.Services.GetRequiredService<HealthCheckService>();
        await bus.Publisher.PublishNumbersAsync(null, Events);

        await bus.Bus.StartAsync(TestContext.Current.CancellationToken);
        return (await done.CountAsync(1))[0];
    }
}
