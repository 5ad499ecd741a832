using EventBus.Transports.InMemory;

namespace EventBus.Samples.Tests.Activities;

public sealed class ProcessedTests
{
    private static readonly string[] Visit = ["LOGIN", "PRODUCT_VIEW", "PRODUCT_VIEW", "LOGOUT"];

    [Fact]
    public async Task Processed_ManyUsers_HasEachEventOnceAndEachUserInOrder()
    {
        await using var service = await ActivityServer.StartAsync();
        string[] users = [.. Enumerable.Range(0, 8).Select(user => $"user-{user}")];

        var posted = await Task.WhenAll(users.Select(async user =>
        {
            var ids = new List<string>();
            foreach (var type in Visit)
            {
                ids.Add((await service.GenerateAsync(user, type)).EventId);
            }

            return (User: user, Ids: ids);
        }));

        var processed = await service.WaitForProcessedAsync(32);
        Assert.Equal(32, processed.Length);
        foreach (var (user, ids) in posted)
        {
            Assert.Equal(ids, ActivityEvents.IdsOf(processed, user));
        }
    }

    [Fact]
    public async Task Processed_AnsweredEvent_IsTheSame()
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.PostAsync("""{"userId": "user-123", "eventType": "PRODUCT_VIEW", "payload": {"productId":"p-1"}}""");

        var processed = Assert.Single(await service.WaitForProcessedAsync(1));
        Assert.Equal(answer.Event.GetRawText(), processed.GetRawText());
    }

    [Fact]
    public async Task Processed_NothingYet_IsAnEmptyArray()
    {
        await using var service = await ActivityServer.StartAsync();

        var answer = await service.GetAsync("/events/processed");

        Assert.Equal((200, "[]"), (answer.Status, answer.Text));
    }

    // The second time it has another envelope, as from a producer that knows nothing of ours: the id in the event itself counts.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Processed_SameEventTwiceOnTheTopic_IsThereOnce(bool sameEnvelope)
    {
        var broker = ActivityServer.NewBroker();
        await using var service = await ActivityServer.StartAsync(broker);
        var id = Guid.CreateVersion7();

        await ActivityServer.SendToTopicAsync(broker, ActivityServer.Message("event-1"), "user-123", id);
        await ActivityServer.SendToTopicAsync(broker, ActivityServer.Message("event-1"), "user-123", sameEnvelope ? id : null);
        await ActivityServer.SendToTopicAsync(broker, ActivityServer.Message("event-2"), "user-123");

        // One user's events are handled in order: when the last one is there, the others have been seen.
        var processed = await service.WaitForProcessedAsync(2);
        Assert.Equal(["event-1", "event-2"], ActivityEvents.IdsOf(processed, "user-123"));
    }

    [Fact]
    public async Task Processed_WholeTopicDeliveredAgain_StaysAsItIs()
    {
        await using var service = await ActivityServer.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await service.GenerateAsync("user-123");
        }

        var before = await service.WaitForProcessedAsync(5);
        await service.Log.SeekAsync(ActivityServer.Group, ActivityServer.Topic, SeekTarget.Earliest, TestContext.Current.CancellationToken);
        var last = await service.GenerateAsync("user-123");

        var processed = await service.WaitForProcessedAsync(6);
        Assert.Equal([.. ActivityEvents.IdsOf(before, "user-123"), last.EventId], ActivityEvents.IdsOf(processed, "user-123"));
        Assert.Equal(6, service.Deliveries.Count(ActivityServer.Group));
    }
}
