using EventBus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Tests.Diagnostics;

/// <summary>With the defaults: health is right within five seconds of a stall.</summary>
public sealed class HealthTests : IAsyncDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private readonly VirtualTime _time = new();
    private readonly StallingTransport _transport;

    public HealthTests() => _transport = new StallingTransport(_time);

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    [Fact]
    public async Task Health_OfABusThatRuns_IsHealthyAndTellsWhatItSaw()
    {
        var seen = new Seen<int>();
        await using var bus = await StartAsync((e, _, _) =>
        {
            seen.Add(e.Number);
            return ValueTask.CompletedTask;
        });
        await bus.Publisher.PublishNumbersAsync("k", 3);
        await seen.CountAsync(3);

        var report = await UntilAsync(bus, entry => Equals(entry.Data.GetValueOrDefault("s.lag"), 0L), Promised);
        Assert.Equal((HealthStatus.Healthy, "The bus is well."), (report.Status, report.Description));
        Assert.Equal(
            ["s.inFlight", "s.lag", "s.lagAgeSeconds", "s.lastPoll", "s.state"], report.Data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("running", report.Data["s.state"]);
        Assert.InRange(Assert.IsType<DateTimeOffset>(report.Data["s.lastPoll"]), _time.Now.AddMinutes(-1), _time.Now);
    }

    [Fact]
    public async Task Health_OfATransportThatFails_IsRightInTimeAndRecovers()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        await UntilAsync(bus, entry => entry.Status == HealthStatus.Healthy, Promised);

        _transport.Change(Stall.Throws);
        var away = await UntilAsync(bus, entry => entry.Status != HealthStatus.Healthy, Promised);
        Assert.Equal("reconnecting", away.Data["s.state"]);
        Assert.Contains("no contact with the transport", away.Description, StringComparison.Ordinal);

        _transport.Change(Stall.None);
        var back = await UntilAsync(bus, entry => entry.Status == HealthStatus.Healthy, TestBus.Deadline);
        Assert.Equal("running", back.Data["s.state"]);
    }

    [Fact]
    public async Task Health_OfAConsumerThatHangs_IsRightInTime()
    {
        var seen = new Seen<int>();
        await using var bus = await StartAsync((e, _, _) =>
        {
            seen.Add(e.Number);
            return ValueTask.CompletedTask;
        });
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await seen.CountAsync(1);
        _transport.Change(Stall.Hangs);

        await bus.Publisher.PublishNumbersAsync("k", 1);

        var report = await UntilAsync(bus, entry => entry.Status != HealthStatus.Healthy, Promised);
        Assert.Contains("handed none of them", report.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Health_OfAHandlerThatHangs_IsRightInTimeAndRecovers(int concurrency)
    {
        var release = new TaskCompletionSource();
        await using var bus = await StartAsync(
            (e, _, _) => e.Key == "hangs" ? new ValueTask(release.Task) : ValueTask.CompletedTask,
            subscription => subscription.WithConcurrency(concurrency));
        await UntilAsync(bus, entry => entry.Status == HealthStatus.Healthy, Promised);

        await bus.Publisher.PublishNumbersAsync("hangs", 1);
        var report = await UntilAsync(
            bus, entry => entry.Status != HealthStatus.Healthy, Promised, () => bus.Publisher.PublishNumbersAsync("goes on", 1));
        Assert.Contains("handler that has been running", report.Description, StringComparison.Ordinal);
        Assert.InRange(Assert.IsType<double>(report.Data["s.oldestHandlerSeconds"]), 3, 5);

        release.SetResult();
        await UntilAsync(bus, entry => entry.Status == HealthStatus.Healthy, Promised);
    }

    [Fact]
    public async Task Health_OfATransportThatDoesNotTellItsLag_IsRightInTimeAndAnswersSoon()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        await UntilAsync(bus, entry => entry.Status == HealthStatus.Healthy, Promised);

        _transport.Lag = Stall.Hangs;
        var report = await UntilAsync(bus, entry => entry.Status != HealthStatus.Healthy, Promised);
        Assert.Contains("asked the transport for its lag", report.Description, StringComparison.Ordinal);

        var asked = _time.Now;
        await CheckAsync(bus);
        Assert.InRange(_time.Now - asked, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(300)]
    [InlineData(950)]
    public async Task Health_FirstAskedAfterTheTransportFellSilent_IsRight(int phase)
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        await UntilAsync(bus, entry => entry.Status == HealthStatus.Healthy, Promised);
        await _time.PassAsync(TimeSpan.FromMilliseconds(phase));
        await CheckAsync(bus);

        _transport.Lag = Stall.Hangs;
        await _time.PassAsync(TimeSpan.FromSeconds(4.1));

        var asked = _time.Now;
        Assert.Contains("asked the transport for its lag", (await CheckAsync(bus)).Description, StringComparison.Ordinal);
        Assert.InRange(_time.Now - asked, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Health_OfATransportThatFails_DoesNotWaitForTheHandlersThatAreToEnd()
    {
        var release = new TaskCompletionSource();
        var seen = new Seen<int>();
        await using var bus = await StartAsync(
            (e, _, _) =>
            {
                seen.Add(e.Number);
                return new ValueTask(release.Task);
            },
            static subscription => subscription.WithConcurrency(8));
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await seen.CountAsync(1);

        _transport.Change(Stall.Throws);

        var report = await UntilAsync(bus, entry => entry.Status != HealthStatus.Healthy, TimeSpan.FromSeconds(1));
        Assert.Contains("no contact with the transport", report.Description, StringComparison.Ordinal);
        release.SetResult();
    }

    [Fact]
    public async Task Health_OfPublishingWithoutTransport_IsRightInTimeAndRecovers()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        _transport.Publishing = Stall.Throws;
        await Assert.ThrowsAsync<PublishException>(() => bus.Publisher.PublishNumbersAsync("k", 1));

        var report = await UntilAsync(bus, entry => entry.Status != HealthStatus.Healthy, Promised);
        Assert.Contains("Publishing", report.Description, StringComparison.Ordinal);
        Assert.True(report.Data.ContainsKey("publishing.awaySeconds"));

        _transport.Publishing = Stall.None;
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await UntilAsync(bus, entry => entry.Status == HealthStatus.Healthy, Promised);
    }

    [Fact]
    public async Task Health_OfAnOldLag_GoesByItsThresholds()
    {
        await using var bus = await StartAsync(
            (_, _, _) => throw new InvalidOperationException("always"),
            configure: bus => bus.Configure(options =>
            {
                options.HealthDegradedLag = TimeSpan.FromMilliseconds(500);
                options.HealthUnhealthyLag = TimeSpan.FromSeconds(2);
            }));
        await bus.Publisher.PublishNumbersAsync("k", 1);

        var degraded = await UntilAsync(bus, entry => entry.Status != HealthStatus.Healthy, Promised);
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.Contains("yet to settle", degraded.Description, StringComparison.Ordinal);
        await UntilAsync(bus, entry => entry.Status == HealthStatus.Unhealthy, Promised);
    }

    [Fact]
    public async Task Health_OfALongOutage_BecomesUnhealthyAsTheApplicationCallsIt()
    {
        await using var bus = await StartAsync(
            (_, _, _) => ValueTask.CompletedTask,
            configure: bus => bus.Configure(options => options.HealthUnhealthyStall = options.HealthDegradedStall),
            failureStatus: HealthStatus.Degraded);
        _transport.Change(Stall.Throws);

        var report = await UntilAsync(
            bus, entry => entry.Data.GetValueOrDefault("s.awaySeconds") is >= 3.0, Promised);
        Assert.Equal(HealthStatus.Degraded, report.Status);
    }

    [Fact]
    public async Task Health_OfAPausedSubscription_IsHealthy()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        await bus.Bus.PauseAsync("s", TestContext.Current.CancellationToken);
        await bus.Publisher.PublishNumbersAsync("k", 1);

        var waiting = await UntilAsync(bus, entry => entry.Data.GetValueOrDefault("s.lagAgeSeconds") is >= 4.0, TestBus.Deadline);
        Assert.Equal((HealthStatus.Healthy, "paused"), (waiting.Status, waiting.Data["s.state"]));
        await bus.Bus.ResumeAsync("s", TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(bus)).Status);
    }

    [Fact]
    public async Task Health_OfABusThatDoesNotRun_IsUnhealthy()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);

        var report = await CheckAsync(bus);
        Assert.Equal((HealthStatus.Unhealthy, "stopped"), (report.Status, report.Data["s.state"]));
    }

    [Fact]
    public async Task Thresholds_ThatMakeNoSense_FailTheStart()
    {
        var problem = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => StartAsync(
            (_, _, _) => ValueTask.CompletedTask,
            configure: bus => bus.Configure(options =>
            {
                options.HealthDegradedStall = TimeSpan.Zero;
                options.HealthUnhealthyLag = TimeSpan.FromSeconds(1);
            })));

        Assert.Contains(problem.Failures, failure => failure.StartsWith("EventBus:HealthDegradedStall", StringComparison.Ordinal));
        Assert.Contains(problem.Failures, failure => failure.StartsWith("EventBus:HealthUnhealthyLag", StringComparison.Ordinal));
    }

    private Task<TestBus> StartAsync(
        Func<Numbered, EventContext, CancellationToken, ValueTask> handle, Action<SubscriptionBuilder>? subscription = null,
        Action<EventBusBuilder>? configure = null, HealthStatus? failureStatus = null) => TestBus.StartAsync(
            bus =>
            {
                bus.AddNumbered().UseTransport(_ => _transport);
                configure?.Invoke(bus);
                var made = bus.Subscription("s").Handle(handle);
                subscription?.Invoke(made);
            },
            services => services.AddSingleton<TimeProvider>(_time).AddLogging().AddHealthChecks().AddEventBus(failureStatus: failureStatus));

    private async Task<HealthReportEntry> CheckAsync(TestBus bus) => Assert.Single((await _time.PassUntilAsync(
        bus.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken))).Entries).Value;

    // Asks ten times a second, as an orchestrator that is in a hurry.
    private async Task<HealthReportEntry> UntilAsync(
        TestBus bus, Func<HealthReportEntry, bool> condition, TimeSpan deadline, Func<Task>? meanwhile = null)
    {
        for (var start = _time.Now;;)
        {
            var entry = await CheckAsync(bus);
            if (condition(entry))
            {
                return entry;
            }

            if (_time.Now - start >= deadline)
            {
                // A test that has failed still has to end: the bus stops by this clock.
                _ = _time.PassAsync(TimeSpan.FromMinutes(1));
                Assert.Fail($"After {deadline} health is still {entry.Status}: {entry.Description} {string.Join(", ", entry.Data)}");
            }

            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            await _time.PassAsync(TimeSpan.FromMilliseconds(100));
        }
    }
}
