using Microsoft.Extensions.Options;
using UserActivity;

namespace EventBus.Samples.Tests.Activities;

public sealed class SettingsTests
{
    [Fact]
    public void Build_SeveralMistakes_TellsAllOfThem()
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => UserActivityApp.Build(
            ["--PORT=80000", "--KAFKA_PRODUCER_RETRIES=-1", "--KAFKA_PRODUCER_TIMEOUT_MS=30s", "--KAFKA_SESSION_TIMEOUT_MS=0"]));

        Assert.Equal(
            [
                "PORT is '80000'. Set it to a whole number from 0 to 65535, or leave it out for 3000.",
                "KAFKA_PRODUCER_RETRIES is '-1'. Set it to a whole number from 0 to 100, or leave it out for 3.",
                "KAFKA_PRODUCER_TIMEOUT_MS is '30s'. Set it to a whole number from 100 to 86400000, or leave it out for 30000.",
                "KAFKA_SESSION_TIMEOUT_MS is '0'. Set it to a whole number from 1000 to 300000, or leave it out for 30000.",
            ],
            wrong.Failures);
    }

    [Theory]
    [InlineData("--EventBus:Transport=pigeon", "EventBus:Transport asks for 'pigeon'")]
    public void Build_UnknownTransport_SaysWhichThereAre(string setting, string reason)
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => UserActivityApp.Build([setting]));

        Assert.StartsWith(reason, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("memory", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:3000")]
    [InlineData("--PORT=8080", "http://127.0.0.1:8080")]
    [InlineData("--urls=http://127.0.0.1:5081", "http://127.0.0.1:5081")]
    public async Task Build_Port_IsTheDefaultUnlessGiven(string? given, string expected)
    {
        await using var app = UserActivityApp.Build(given is null ? [] : [given]);

        Assert.Equal(expected, app.Configuration["urls"]);
    }

    [Fact]
    public async Task Start_TopicAndGroupGiven_AreUsed()
    {
        await using var service = await ActivityServer.StartAsync(configure: null, "--KAFKA_TOPIC=clicks", "--KAFKA_GROUP_ID=counters");

        var posted = await service.GenerateAsync("user-123");

        await service.Deliveries.WaitAsync("counters", posted.EventId);
        Assert.Single(await service.StoredAsync("clicks"));
        Assert.Equal(200, (await service.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Process_WrongEnvironment_SaysSoAndEndsWithOne()
    {
        await using var service = SampleProcess.Start("UserActivity", [], ("PORT", "http"));

        await service.WaitForAsync("The service cannot start. PORT is 'http'");
        Assert.Equal(1, await service.ExitCodeAsync());
    }
}
