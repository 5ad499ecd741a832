using EventBus.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Samples.Tests.Activities;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_BothSidesUp_Is200()
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.GetAsync("/health");

        Assert.Equal((200, ActivityHealth.Healthy), (answer.Status, answer.Text));
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

        Assert.Equal((503, ActivityHealth.ProducerDown), (down.Status, down.Text));
        Assert.Equal((200, ActivityHealth.Healthy), (up.Status, up.Text));
    }

    [Fact]
    public async Task Health_ConsumerLosesItsConnection_Is503()
    {
        var transport = new FlakyTransport(ActivityServer.NewBroker());
        await using var service = await ActivityServer.StartAsync(bus => bus.UseTransport(_ => transport));

        await transport.CutConsumerAsync();

        await service.WaitForHealthAsync(503, ActivityHealth.ConsumerDown);
        Assert.Equal(201, (await service.GenerateAsync("user-123")).Status);
    }

    [Fact]
    public async Task Health_ConsumerStopped_Is503()
    {
        await using var service = await ActivityServer.StartAsync();

        var bus = service.App.Services.GetRequiredService<IEventBus>();
        await bus.UnsubscribeAsync(ActivityServer.Group, TestContext.Current.CancellationToken);

        await service.WaitForHealthAsync(503, ActivityHealth.ConsumerDown);
    }

    [Fact]
    public async Task Health_BrokerAwayAndBack_ShowsBothSidesThoughNobodyPublishes()
    {
        var plan = new FaultPlan(seed: 1);
        await using var service = await ActivityServer.StartAsync(bus => bus.UseInMemory(ActivityServer.NewBroker()).UseFaults(plan));

        plan.Cut();
        await service.WaitForHealthAsync(503, ActivityHealth.BothDown);
        plan.Restore();

        await service.WaitForHealthAsync(200, ActivityHealth.Healthy);
        var posted = await service.GenerateAsync("user-123");
        Assert.Equal([posted.EventId], ActivityEvents.IdsOf(await service.WaitForProcessedAsync(1)));
    }
}
