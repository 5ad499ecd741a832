namespace EventBus.Samples.Tests.Activities;

public sealed class InstancesTests
{
    [Fact]
    public async Task Instances_TwoOfThem_ShareThePartitionsByUser()
    {
        var broker = ActivityServer.NewBroker();
        var both = new Deliveries();
        await using var first = await ActivityServer.StartAsync(bus => bus.UseInMemory(broker).Use(both));
        await using var second = await ActivityServer.StartAsync(bus => bus.UseInMemory(broker).Use(both));
        string[] users = [.. Enumerable.Range(0, 41).Select(user => $"user-{user}")];
        var posted = new List<string>();

        foreach (var (index, user) in users.Concat(users).Index())
        {
            posted.Add((await (index % 2 == 0 ? first : second).GenerateAsync(user)).EventId);
        }

        await both.WaitUntilAsync(() => both.Count(ActivityServer.Group) >= posted.Count, "all events to be processed");
        var (ofFirst, ofSecond) = (await first.ProcessedAsync(), await second.ProcessedAsync());
        Assert.NotEmpty(ofFirst);
        Assert.NotEmpty(ofSecond);
        Assert.Empty(ActivityEvents.UsersOf(ofFirst).Intersect(ActivityEvents.UsersOf(ofSecond), StringComparer.Ordinal));
        Assert.Equal(posted.Order(StringComparer.Ordinal), ActivityEvents.IdsOf([.. ofFirst, .. ofSecond]).Order(StringComparer.Ordinal));
        foreach (var (index, user) in users.Index())
        {
            Assert.Equal([posted[index], posted[index + users.Length]], ActivityEvents.IdsOf([.. ofFirst, .. ofSecond], user));
        }
    }

    [Fact]
    public async Task Instances_OneStops_TheOtherTakesOverAndNothingIsRepeated()
    {
        var broker = ActivityServer.NewBroker();
        var both = new Deliveries();
        await using var first = await ActivityServer.StartAsync(bus => bus.UseInMemory(broker).Use(both));
        await using var second = await ActivityServer.StartAsync(bus => bus.UseInMemory(broker).Use(both));
        string[] users = [.. Enumerable.Range(0, 20).Select(user => $"user-{user}")];
        await Task.WhenAll(users.Select(user => first.GenerateAsync(user)));
        await both.WaitUntilAsync(() => both.Count(ActivityServer.Group) >= users.Length, "all events to be processed");
        var (ofFirst, before) = (await first.ProcessedAsync(), await second.ProcessedAsync());
        Assert.NotEmpty(ofFirst);

        await first.App.StopAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(users.Select(user => second.GenerateAsync(user, "LOGOUT")));

        var after = await second.WaitForProcessedAsync(before.Length + users.Length);
        Assert.Equal(users.Order(StringComparer.Ordinal), ActivityEvents.UsersOf(after[before.Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(before.Length + users.Length, after.Length);
    }
}
