using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventBus.Kafka.Tests.Outages;

/// <summary>Brokers that go away and come back in the middle of a run.</summary>
public sealed class BrokerTests(ITestOutputHelper output)
{
    // Five seconds on a machine that has time for it.
    private static readonly TimeSpan s_told = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task OneBroker_DownAndUp_LosesNothing(int broker)
    {
        await using var run = await OutageRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 1, full: 5); i++)
        {
            run.Cluster.SetDown(broker);
            await Task.Delay(s_away, TimeProvider.System, TestContext.Current.CancellationToken);
            run.Cluster.SetUp(broker);
            await run.GoesOnAsync();
        }

        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
        Assert.Equal(run.Publishing.Stored.Count, run.Tally.Handled.Distinct().Count());
    }

    [Fact]
    public async Task AllBrokers_DownAndUp_AreToldAndLoseNothing()
    {
        await using var run = await OutageRun.StartAsync();
        var start = TimeProvider.System.GetTimestamp();
        run.Cluster.SetAllDown();
        await run.Bus.HealthBecomesAsync(static status => status != HealthStatus.Healthy, "that the brokers are away");
        var told = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"Health told after {told.TotalSeconds:F1} s");

        await Task.Delay(s_away, TimeProvider.System, TestContext.Current.CancellationToken);
        start = TimeProvider.System.GetTimestamp();
        run.Cluster.SetAllUp();
        await run.GoesOnAsync();
        output.WriteLine($"Handling again after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s");

        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
        Assert.InRange(told, TimeSpan.Zero, s_told);
    }

    [Fact]
    public async Task AllBrokers_DownForLongerThanPublishersWait_FailThemAsAnOutage()
    {
        await using var run = await OutageRun.StartAsync(static options => options.PublishTimeout = TimeSpan.FromSeconds(2));
        run.Cluster.SetAllDown();
        await Eventually.TrueAsync(() => run.Publishing.Failures.Count > 0, () => $"publishing to fail.{run.Bus.Log}");
        run.Cluster.SetAllUp();

        await run.EndsWellAsync();
        Assert.All(run.Publishing.Failures, static failure => Assert.True(failure.IsOutage, failure.ToString()));
    }

    [Fact]
    public async Task StalledNetwork_IsToldAndLosesNothing()
    {
        // Beyond the time that a request may take.
        await using var run = await OutageRun.StartAsync(static options => options.Properties["socket.timeout.ms"] = "4000");
        var start = TimeProvider.System.GetTimestamp();
        foreach (var proxy in run.Cluster.Proxies)
        {
            proxy.Stall();
        }

        await run.Bus.HealthBecomesAsync(static status => status != HealthStatus.Healthy, "that something is wrong");
        var told = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"Health told after {told.TotalSeconds:F1} s");
        await Task.Delay(s_away, TimeProvider.System, TestContext.Current.CancellationToken);
        foreach (var proxy in run.Cluster.Proxies)
        {
            proxy.Resume();
        }

        await run.EndsWellAsync();
        Assert.InRange(told, TimeSpan.Zero, s_told);
    }

    [Fact]
    public async Task Connections_CutAgainAndAgain_LoseNothing()
    {
        await using var run = await OutageRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 5, full: 50); i++)
        {
            foreach (var proxy in run.Cluster.Proxies)
            {
                proxy.Cut();
            }

            await run.GoesOnAsync();
        }

        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(300)]
    public async Task SlowNetwork_IsBornePatiently(int milliseconds)
    {
        await using var run = await OutageRun.StartAsync();
        run.Cluster.SetRoundTrip(TimeSpan.FromMilliseconds(milliseconds));
        await run.GoesOnAsync();
        run.Cluster.SetRoundTrip(TimeSpan.Zero);

        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
        Assert.Equal(run.Tally.Count, run.Tally.Handled.Distinct().Count());
    }

    [Fact]
    public async Task Quotas_HoldUpAnswers_IsBornePatiently()
    {
        await using var run = await OutageRun.StartAsync();
        run.Cluster.SetThrottle(TimeSpan.FromMilliseconds(50));
        await run.GoesOnAsync();
        Assert.Equal(HealthStatus.Healthy, await run.Bus.HealthAsync());
        run.Cluster.SetThrottle(TimeSpan.Zero);

        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
        Assert.Equal(run.Tally.Count, run.Tally.Handled.Distinct().Count());
    }
}
