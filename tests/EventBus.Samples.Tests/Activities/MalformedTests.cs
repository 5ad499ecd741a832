namespace EventBus.Samples.Tests.Activities;

public sealed class MalformedTests
{
    [Theory]
    [InlineData("this is no JSON", "")]
    [InlineData("", "")]
    [InlineData("[1, 2]", "")]
    [InlineData("null", "")]
    [InlineData("""{"eventId": "e", "eventType": "LOGIN", "timestamp": "2026-01-02T03:04:05Z"}""", "userId")]
    [InlineData("""{"eventId": "e", "userId": null, "eventType": "LOGIN", "timestamp": "2026-01-02T03:04:05Z"}""", "userId")]
    [InlineData("""{"eventId": "e", "userId": "user-123", "eventType": "LOGIN", "timestamp": "yesterday"}""", "timestamp")]
    [InlineData("""{"userId": "user-123", "eventType": "LOGIN", "timestamp": "2026-01-02T03:04:05Z"}""", "eventId")]
    [InlineData("""{"eventId": "", "userId": "user-123", "eventType": "LOGIN", "timestamp": "2026-01-02T03:04:05Z"}""", "")]
    [InlineData(
        """{"eventId": "e", "userId": "", "eventType": "SIGNUP", "timestamp": "2026-01-02T03:04:05Z"}""",
        "The message is malformed: userId is required and must be a string; eventType is required and must be one of: LOGIN, LOGOUT, PRODUCT_VIEW")]
    public async Task Malformed_BeforeAGoodOne_IsSetAsideAndTheConsumerGoesOn(string message, string error)
    {
        var broker = ActivityServer.NewBroker();
        await using var service = await ActivityServer.StartAsync(broker);

        await ActivityServer.SendToTopicAsync(broker, message, "user-123");
        await ActivityServer.SendToTopicAsync(broker, ActivityServer.Message("good"), "user-123");

        Assert.Equal(["good"], ActivityEvents.IdsOf(await service.WaitForProcessedAsync(1)));
        var letters = await service.GetAsync("/events/set-aside");
        var letter = Assert.Single(letters.Json.EnumerateArray());
        Assert.Equal((200, message, 1), (letters.Status, letter.GetProperty("message").GetString(), letter.GetProperty("attempts").GetInt32()));
        Assert.Contains(error, letter.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.StartsWith($"{ActivityServer.Topic}/", letter.GetProperty("position").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await service.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Message_WithMembersThatAreNotKnown_IsProcessed()
    {
        var broker = ActivityServer.NewBroker();
        await using var service = await ActivityServer.StartAsync(broker);

        await ActivityServer.SendToTopicAsync(broker,
            """{"eventId": "new", "device": "phone", "userId": "u", "eventType": "LOGOUT", "timestamp": "2026-01-02T03:04:05.678Z"}""");

        Assert.Equal(["new"], ActivityEvents.IdsOf(await service.WaitForProcessedAsync(1), "u"));
        Assert.Equal("[]", (await service.GetAsync("/events/set-aside")).Text);
    }
}
