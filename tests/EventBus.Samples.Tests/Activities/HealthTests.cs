using EventBus.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Samples.Tests.Activities;

public sealed class HealthTests
{
    private const string Healthy = """{"status":"healthy","producer":"connected","consumer":"connected"}""";
    private const string ProducerDown = """{"status":"degraded","producer":"disconnected","consumer":"connected"}""";
    private const string ConsumerDown = """{"status":"degraded","producer":"connected","consumer":"disconnected"}""";
    private const string BothDown = """{"status":"degraded","producer":"disconnected","consumer":"disconnected"}""";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Health_BothSidesUp_Is200()
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.GetAsync("/health");

        Assert.Equal((200, Healthy), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Health_ProducerFails_Is503UntilAnEventIsStored()
    {
        var transport = new FlakyTransport(ActivityServer.NewBroker());
        await using var service = await ActivityServer.StartAsync(bus => bus.UseTransport(_ => transport), "--KAFKA_PRODUCER_RETRIES=0");

        transport.FailAppends(1);
        await service.GenerateAsync("user-123");
        var down = await service.GetAsync("/health");
        await service.GenerateAsync("user-123");
        var up = await service.GetAsync("/health");

        Assert.Equal((503, ProducerDown), (down.Status, down.Text));
        Assert.Equal((200, Healthy), (up.Status, up.Text));
    }

    [Fact]
    public async Task Health_ConsumerLosesItsConnection_Is503()
    {
        var transport = new FlakyTransport(ActivityServer.NewBroker());
        await using var service = await ActivityServer.StartAsync(bus => bus.UseTransport(_ => transport));

        await transport.CutConsumerAsync();

        await WaitForAsync(service, 503, ConsumerDown);
        Assert.Equal(201, (await service.GenerateAsync("user-123")).Status);
    }

    [Fact]
    public async Task Health_ConsumerStopped_Is503()
    {
        await using var service = await ActivityServer.StartAsync();

        var bus = service.App.Services.GetRequiredService<IEventBus>();
        await bus.UnsubscribeAsync(ActivityServer.Group, TestContext.Current.CancellationToken);

        await WaitForAsync(service, 503, ConsumerDown);
    }

    [Fact]
    public async Task Health_BrokerAwayAndBack_ShowsBothSidesThoughNobodyPublishes()
    {
        var plan = new FaultPlan(seed: 1);
        await using var service = await ActivityServer.StartAsync(bus => bus.UseInMemory(ActivityServer.NewBroker()).UseFaults(plan));

        plan.Cut();
        await WaitForAsync(service, 503, BothDown);
        plan.Restore();

        await WaitForAsync(service, 200, Healthy);
        var posted = await service.GenerateAsync("user-123");
        Assert.Equal([posted.EventId], ActivityEvents.IdsOf(await service.WaitForProcessedAsync(1)));
    }

    private static async Task WaitForAsync(ActivityServer service, int status, string text)
    {
        var start = TimeProvider.System.GetTimestamp();
        var answer = await service.GetAsync("/health");
        while ((answer.Status, answer.Text) != (status, text) && TimeProvider.System.GetElapsedTime(start) < Deadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            answer = await service.GetAsync("/health");
        }

        Assert.Equal((status, text), (answer.Status, answer.Text));
    }
}
