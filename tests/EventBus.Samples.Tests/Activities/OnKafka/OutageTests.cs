using EventBus.Kafka.Brokers;

namespace EventBus.Samples.Tests.Activities.OnKafka;

/// <summary>The brokers die and come back.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Brokers_DownAndUp_ShowInHealthWithinSecondsAndNothingIsLost()
    {
        await using var cluster = new MockCluster();
        await using var service = await ActivityServer.StartAsync(
            configure: null, $"--KAFKA_BROKERS={cluster.BootstrapServers}", "--KAFKA_SESSION_TIMEOUT_MS=2000", "--KAFKA_PRODUCER_TIMEOUT_MS=3000");
        var before = await GenerateUntilStoredAsync(service);
        await service.WaitForHealthAsync(200, ActivityHealth.Healthy);

        cluster.SetAllDown();
        var toDown = await service.WaitForHealthAsync(503, ActivityHealth.BothDown);
        var refused = await service.GenerateAsync("user-123", "LOGOUT");
        cluster.SetAllUp();
        await service.WaitForHealthAsync(200, ActivityHealth.Healthy);
        var after = await GenerateUntilStoredAsync(service);

        Assert.True(toDown < s_soon, $"The health was right only after {toDown}.");
        Assert.Equal((500, """{"success":false,"error":"Failed to publish event to Kafka"}"""), (refused.Status, refused.Text));
        var processed = await service.WaitForProcessedAsync(all => ActivityEvents.IdsOf(all).Contains(after.EventId, StringComparer.Ordinal));
        Assert.Equal([before.EventId, after.EventId], ActivityEvents.IdsOf(processed).Where(id => id == before.EventId || id == after.EventId));
        Assert.Distinct(ActivityEvents.IdsOf(processed));
    }

    // The client pauses between its tries to connect, up to longer than the service's time for storing is here.
    private static async Task<ActivityAnswer> GenerateUntilStoredAsync(ActivityServer service)
    {
        var start = TimeProvider.System.GetTimestamp();
        var answer = await service.GenerateAsync("user-123");
        while (answer.Status != 201)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < s_recovery, $"Events are not stored again: {answer.Text}");
            answer = await service.GenerateAsync("user-123");
        }

        return answer;
    }

    [Fact]
    public async Task Process_NoBrokers_SaysSoAndEndsWithOne()
    {
        await using var service = SampleProcess.Start(
            "UserActivity", [], ("PORT", "0"), ("KAFKA_BROKERS", "127.0.0.1:1"), ("EventBus__Kafka__StartTimeout", "00:00:01"));

        var reason = await service.WaitForAsync("The service cannot start. ");
        Assert.Contains("127.0.0.1:1", reason, StringComparison.Ordinal);
        Assert.Equal(1, await service.ExitCodeAsync());
    }
}
