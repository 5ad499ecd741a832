using System.Diagnostics.Metrics;
using System.Reflection;
using EventBus.Diagnostics;
using EventBus.Docs.Tests;
using EventBus.Retry;
using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Diagnostics;

[Collection(TelemetryTests.Name)]
public sealed class MetricTests
{
    private static readonly IReadOnlyList<string[]> Table = new Page("docs/telemetry.md").Table("instrument");

    [Fact]
    public async Task Instruments_OfTheMeter_StandInTheTableWithTheirKindsAndUnits()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered(), services => services.AddMetrics());
        using var meter = new MeterRecorder(bus.Services);
        _ = bus.Publisher;

        Assert.Equal(
            Table.Select(row => (row[0], row[1], row[2])).Order(),
            meter.Instruments.Items.Select(each => (each.Name, Kind(each), each.Unit ?? string.Empty)).Order());
        Assert.All(meter.Instruments.Items, each => Assert.False(string.IsNullOrEmpty(each.Description)));
    }

    [Fact]
    public async Task Attributes_OfEveryInstrument_AreThoseOfTheTable()
    {
        var transport = new StallingTransport { Publishing = Stall.Throws };
        await using var bus = await StartAsync(
            (e, _, _) => e.Key == "dies" ? throw new InvalidOperationException("always") : ValueTask.CompletedTask,
            bus => bus.UseTransport(_ => transport).Subscription("s").WithDeadLetters(keepKeyOrder: true).WithRetry(TwoAttempts));
        using var meter = new MeterRecorder(bus.Services);
        await Assert.ThrowsAsync<PublishException>(() => bus.Publisher.PublishNumbersAsync("k", 1));
        transport.Publishing = Stall.None;
        await bus.Publisher.PublishNumbersAsync("k", 1);
        await bus.Publisher.PublishNumbersAsync("dies", 2);
        using var broken = new Broken(bus);
        await meter.ScrapeUntilAsync(each => each.Name == EventBusTelemetry.Lag, "the lag");
        await meter.ScrapeUntilAsync(each => each.Name == EventBusTelemetry.ParkedEvents, "a parked key");
        meter.Scrape();

        var attributes = meter.Measurements.Items.GroupBy(each => each.Name, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => string.Join(", ", group.SelectMany(each => each.Tags.Keys).Distinct().Order()), StringComparer.Ordinal);
        Assert.All(Table, row => Assert.Equal(
            string.Join(", ", row[3].Split(", ").Order()), attributes.GetValueOrDefault(row[0], "not measured")));
    }

    [Fact]
    public void Names_OfThePublicClass_StandOnThePage()
    {
        var page = string.Join('\n', new Page("docs/telemetry.md").Lines);
        var names = typeof(EventBusTelemetry).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();

        Assert.All(names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
        Assert.Empty(Table.Select(row => row[0]).Except(names));
    }

    [Fact]
    public async Task Counters_OfSentAndConsumed_CountEvents()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        using var meter = new MeterRecorder(bus.Services);
        await bus.Publisher.PublishNumbersAsync("k", 2);
        await bus.Publisher.PublishBatchAsync<object>(
            new object[] { new Numbered("a", 1), new Cat("Tom"), new Numbered("b", 2) }, cancellationToken: TestContext.Current.CancellationToken);
        await meter.Measurements.UntilAsync(all => Sum(all, EventBusTelemetry.ConsumedMessages, "numbers") == 4, "4 consumed");

        Assert.Equal(4, Sum(meter.Measurements.Items, EventBusTelemetry.SentMessages, "numbers"));
        Assert.Equal(1, Sum(meter.Measurements.Items, EventBusTelemetry.SentMessages, "animal.cat"));
        Assert.Equal(3, meter.Measurements.Items.Count(each => each.Name == EventBusTelemetry.OperationDuration));
    }

    [Fact]
    public async Task Sent_OfABatchThatFailed_TellsHowManyWereStored()
    {
        await using var bus = TestBus.Create(
            bus => bus.AddNumbered().UseTransport(_ => new FailingTransport(new PublishException("full", "numbers", stored: 1))),
            services => services.AddMetrics());
        using var meter = new MeterRecorder(bus.Services);

        await Assert.ThrowsAsync<PublishException>(async () => await bus.Publisher.PublishBatchAsync<Numbered>(
            new Numbered[] { new("a", 1), new("b", 2), new("c", 3) }, cancellationToken: TestContext.Current.CancellationToken));

        var sent = meter.Measurements.Items.Where(each => each.Name == EventBusTelemetry.SentMessages);
        Assert.Equal(
            [(1, null), (2, typeof(PublishException).FullName)],
            sent.Select(each => (each.Value, each.Tags.GetValueOrDefault("error.type") as string)));
    }

    [Fact]
    public async Task InFlightQueueAndLag_OfASlowSubscription_TellWhatItHas()
    {
        var release = new TaskCompletionSource();
        var started = new Seen<int>();
        await using var bus = await StartAsync(async (e, _, _) =>
        {
            started.Add(e.Number);
            await release.Task;
        });
        using var meter = new MeterRecorder(bus.Services);

        // At once: with a concurrency of 1 nothing more is read while a handler runs.
        await bus.Publisher.PublishBatchAsync(Enumerable.Range(0, 5).Select(number => new Numbered("k", number)), TestContext.Current.CancellationToken);
        await started.CountAsync(1);

        await meter.ScrapeUntilAsync(each => each is { Name: EventBusTelemetry.InFlight, Value: 5 }, "5 in flight");
        await meter.ScrapeUntilAsync(each => each is { Name: EventBusTelemetry.QueueDepth, Value: 4 }, "4 in the queue");
        await meter.ScrapeUntilAsync(each => each is { Name: EventBusTelemetry.Lag, Value: 5 }, "a lag of 5");
        await meter.ScrapeUntilAsync(each => each is { Name: EventBusTelemetry.OldestAge, Value: > 0 }, "an age");
        release.SetResult();
        await meter.ScrapeUntilAsync(each => each is { Name: EventBusTelemetry.Lag, Value: 0 }, "no lag");
        var duration = await meter.Measurements.UntilAsync(all => all.Any(each => each.Name == EventBusTelemetry.ProcessDuration));
        Assert.InRange(duration.First(each => each.Name == EventBusTelemetry.ProcessDuration).Value, 0.000_001, 30);
    }

    [Fact]
    public async Task RetriesDeadLettersAndParkedKeys_OfAKeyThatDied_AreToldOf()
    {
        await using var bus = await StartAsync(
            (e, _, _) => e.Key == "dies" ? throw new InvalidOperationException("always") : ValueTask.CompletedTask,
            bus => bus.Subscription("s").WithDeadLetters(keepKeyOrder: true).WithRetry(TwoAttempts));
        using var meter = new MeterRecorder(bus.Services);
        await bus.Publisher.PublishNumbersAsync("dies", 3);

        var parked = await meter.ScrapeUntilAsync(each => each is { Name: EventBusTelemetry.ParkedEvents, Value: 2 }, "2 parked");
        Assert.Equal("dies", parked.Tags[EventBusTelemetry.KeyTag]);
        Assert.Equal(1, Assert.Single(meter.Scrape(), each => each.Name == EventBusTelemetry.ParkedKeys).Value);
        var failures = meter.Measurements.Items
            .Where(each => each.Name is EventBusTelemetry.Retries or EventBusTelemetry.DeadLetters)
            .Select(each => (each.Name, each.Value, each.Tags[EventBusTelemetry.EventTypeTag], each.Tags[EventBusTelemetry.ErrorTypeTag]));
        var error = typeof(InvalidOperationException).FullName;
        Assert.Equal(
            [
                (EventBusTelemetry.Retries, 1, "number.drawn", error),
                (EventBusTelemetry.DeadLetters, 1, "number.drawn", error),
            ],
            failures);
        await meter.ScrapeUntilAsync(each => each is { Name: EventBusTelemetry.OldestDeadLetterAge, Value: > 0 }, "an age");
    }

    [Fact]
    public async Task Lag_OfATransportThatHangs_DoesNotHoldUpWhoeverAsks()
    {
        var transport = new StallingTransport();
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask, bus => bus.UseTransport(_ => transport));
        using var meter = new MeterRecorder(bus.Services);
        await meter.ScrapeUntilAsync(each => each.Name == EventBusTelemetry.Lag, "the lag");
        transport.Lag = Stall.Hangs;

        var asked = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 3; i++)
        {
            meter.Scrape();
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Contains(meter.Scrape(), each => each.Name == EventBusTelemetry.Lag);
    }

    [Fact]
    public async Task Paused_OfAPausedSubscription_IsOne()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        using var meter = new MeterRecorder(bus.Services);
        Assert.Equal(0, Assert.Single(meter.Scrape(), each => each.Name == EventBusTelemetry.Paused).Value);

        await bus.Bus.PauseAsync("s", TestContext.Current.CancellationToken);

        Assert.Equal(1, Assert.Single(meter.Scrape(), each => each.Name == EventBusTelemetry.Paused).Value);
    }

    [Fact]
    public async Task Subscription_ThatHasStopped_IsNotToldOf()
    {
        await using var bus = await StartAsync((_, _, _) => ValueTask.CompletedTask);
        using var meter = new MeterRecorder(bus.Services);
        Assert.NotEmpty(meter.Scrape());

        await bus.Bus.StopAsync(TestContext.Current.CancellationToken);

        Assert.Empty(meter.Scrape());
    }

    [Fact]
    public async Task Histograms_AdviseBuckets()
    {
        await using var bus = TestBus.Create(bus => bus.AddNumbered(), services => services.AddMetrics());
        using var meter = new MeterRecorder(bus.Services);
        _ = bus.Publisher;

        Assert.All(meter.Instruments.Items.OfType<Histogram<double>>(), histogram =>
            Assert.Equal(0.005, histogram.Advice?.HistogramBucketBoundaries?[0]));
    }

    private static Task<TestBus> StartAsync(
        Func<Numbered, EventContext, CancellationToken, ValueTask> handle, Action<EventBusBuilder>? configure = null) =>
        TestBus.StartAsync(
            bus =>
            {
                bus.AddNumbered().AddAnimals().Subscription("s").Handle(handle);
                configure?.Invoke(bus);
            },
            services => services.AddMetrics());

    private static double Sum(IEnumerable<Recorded> all, string name, string topic) =>
        all.Where(each => each.Name == name && (string?)each.Tags[EventBusTelemetry.DestinationTag] == topic).Sum(each => each.Value);

    private static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "Histogram" => "histogram",
        "ObservableUpDownCounter" => "up-down counter",
        "ObservableGauge" => "gauge",
        var other => other,
    };

    private static void TwoAttempts(RetryOptions retry)
    {
        retry.Attempts = 2;
        retry.Delay = TimeSpan.FromMilliseconds(1);
    }

    // A subscription whose breaker is open, by its metrics alone.
    private sealed class Broken : IDisposable
    {
        private readonly SubscriptionMetrics _metrics;

        public Broken(TestBus bus)
        {
            _metrics = new SubscriptionMetrics("broken", bus.Services.GetRequiredService<BusMeter>(), TimeProvider.System)
            {
                Breaker = BreakerState.Open,
            };
            _metrics.Opened(new InMemoryBroker().CreateTransport());
        }

        public void Dispose() => _metrics.Stopped();
    }
}
