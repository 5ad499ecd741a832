namespace EventBus.Samples.Tests.Activities;

public sealed class ProducerTests
{
    private const string Failed = """{"success":false,"error":"Failed to publish event to Kafka"}""";

    [Fact]
    public async Task Publish_FailsTwice_IsTriedAgainWithPausesThatDoubleAndOneId()
    {
        var transport = new FlakyTransport(ActivityServer.NewBroker());
        await using var service = await ActivityServer.StartAsync(bus => bus.UseTransport(_ => transport));
        transport.FailAppends(2);

        var answer = await service.GenerateAsync("user-123");

        Assert.Equal(201, answer.Status);
        var attempts = transport.Attempts.ToArray();
        var id = new EventIdentity(answer.EventId);
        Assert.Equal([id, id, id], attempts.Select(attempt => attempt.Id));
        Assert.True(Pause(1) > TimeSpan.FromMilliseconds(290), $"The first pause was {Pause(1)}.");
        Assert.True(Pause(2) > TimeSpan.FromMilliseconds(590), $"The second pause was {Pause(2)}.");
        Assert.Equal([answer.EventId], ActivityEvents.IdsOf(await service.WaitForProcessedAsync(1)));

        TimeSpan Pause(int number) => TimeProvider.System.GetElapsedTime(attempts[number - 1].At, attempts[number].At);
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData("--KAFKA_PRODUCER_RETRIES=1", 2)]
    [InlineData("--KAFKA_PRODUCER_RETRIES=0", 1)]
    public async Task Publish_FailsEachTime_IsA500AfterAllRetries(string? setting, int attempts)
    {
        var transport = new FlakyTransport(ActivityServer.NewBroker());
        await using var service = await ActivityServer.StartAsync(bus => bus.UseTransport(_ => transport), setting is null ? [] : [setting]);
        transport.FailAppends(int.MaxValue);

        var answer = await service.GenerateAsync("user-123");

        Assert.Equal((500, Failed), (answer.Status, answer.Text));
        Assert.Equal(attempts, transport.Attempts.Count);
        Assert.Empty(await service.ProcessedAsync());
    }

    [Fact]
    public async Task Publish_BrokerGivesNoAnswer_IsA500AfterTheTimeout()
    {
        var transport = new FlakyTransport(ActivityServer.NewBroker()) { Hangs = true };
        await using var service = await ActivityServer.StartAsync(bus => bus.UseTransport(_ => transport), "--KAFKA_PRODUCER_TIMEOUT_MS=200");

        var answer = await service.GenerateAsync("user-123");

        Assert.Equal((500, Failed), (answer.Status, answer.Text));
        Assert.Single(transport.Attempts);
    }
}
