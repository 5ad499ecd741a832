using System.Text.Json;

namespace EventBus.Samples.Tests.Activities.OnKafka;

/// <summary>Several processes of the service on the same brokers.</summary>
public sealed class InstancesTests(KafkaServers server) : IClassFixture<KafkaServers>
{
    private const int Partitions = 4;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);
    private static readonly string[] s_users = [.. Enumerable.Range(0, 40).Select(user => $"user-{user}")];

    [Fact]
    public async Task Instances_TwoOfThem_ShareThePartitionsAndProcessEachEventOnceInOrder()
    {
        var prefix = server.NewPrefix();
        await using var first = await ActivityProcess.StartAsync(server, prefix);
        await using var second = await ActivityProcess.StartAsync(server, prefix);
        await ComeTogetherAsync(prefix, members: 2);

        var posted = await PostAsync([.. s_users, .. s_users], [first, second]);

        var (ofFirst, ofSecond) = await WaitForBothAsync(first, second, posted.Length);
        Assert.NotEmpty(ofFirst);
        Assert.NotEmpty(ofSecond);
        Assert.Empty(ActivityEvents.UsersOf(ofFirst).Intersect(ActivityEvents.UsersOf(ofSecond), StringComparer.Ordinal));
        Assert.Equal(posted.Order(StringComparer.Ordinal), ActivityEvents.IdsOf([.. ofFirst, .. ofSecond]).Order(StringComparer.Ordinal));
        foreach (var (index, user) in s_users.Index())
        {
            Assert.Equal([posted[index], posted[index + s_users.Length]], ActivityEvents.IdsOf([.. ofFirst, .. ofSecond], user));
        }
    }

    [Fact]
    public async Task Instances_OneIsKilled_TheOtherTakesOver()
    {
        var prefix = server.NewPrefix();
        await using var first = await ActivityProcess.StartAsync(server, prefix);
        await using var second = await ActivityProcess.StartAsync(server, prefix);
        await ComeTogetherAsync(prefix, members: 2);
        var before = await PostAsync(s_users, [first, second]);
        await WaitForBothAsync(first, second, before.Length);

        await first.KillAsync();
        var after = await PostAsync(s_users, [second]);

        var processed = await second.WaitForProcessedAsync(all => !after.Except(ActivityEvents.IdsOf(all), StringComparer.Ordinal).Any());
        Assert.Distinct(ActivityEvents.IdsOf(processed));
        await second.WaitForHealthAsync(200, ActivityHealth.Healthy);
    }

    [Fact]
    public async Task Instances_OneIsTerminated_LeavesAtOnceAndNothingIsLostOrRepeated()
    {
        var prefix = server.NewPrefix();
        await using var first = await ActivityProcess.StartAsync(server, prefix);
        await using var second = await ActivityProcess.StartAsync(server, prefix);
        await ComeTogetherAsync(prefix, members: 2);

        var posted = await PostAsync([.. s_users, .. s_users], [first, second]);
        await first.StopAsync();
        Assert.Equal(1, server.Cluster.Groups.CountOf(prefix + ActivityServer.Group));
        posted = [.. posted, .. await PostAsync(s_users, [second])];

        var ofFirst = posted.Where(id => first.Log.Contains($"{id} processed from", StringComparison.Ordinal)).ToArray();
        var ofSecond = await second.WaitForProcessedAsync(all => all.Length >= posted.Length - ofFirst.Length);
        Assert.Equal(posted.Order(StringComparer.Ordinal), ofFirst.Concat(ActivityEvents.IdsOf(ofSecond)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(" warn: ", first.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(" fail: ", first.Log, StringComparison.Ordinal);
    }

    private static async Task<string[]> PostAsync(string[] users, ActivityProcess[] to)
    {
        var ids = new List<string>();
        foreach (var (index, user) in users.Index())
        {
            var answer = await to[index % to.Length].GenerateAsync(user);
            Assert.Equal(201, answer.Status);
            ids.Add(answer.EventId);
        }

        return [.. ids];
    }

    private static async Task<(JsonElement[] First, JsonElement[] Second)> WaitForBothAsync(ActivityProcess first, ActivityProcess second, int count)
    {
        JsonElement[] ofFirst = [], ofSecond = [];
        await UntilAsync(
            async () =>
            {
                (ofFirst, ofSecond) = (await first.ProcessedAsync(), await second.ProcessedAsync());
                return ofFirst.Length + ofSecond.Length >= count;
            },
            () => $"{count} events to be processed, not {ofFirst.Length} and {ofSecond.Length}");
        return (ofFirst, ofSecond);
    }

    private Task ComeTogetherAsync(string prefix, int members) => UntilAsync(
        () => Task.FromResult(server.Cluster.Groups.IsSteady(prefix + ActivityServer.Group, members, Partitions)), () => "the members to come together");

    private static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < s_deadline, $"Waited {s_deadline} in vain for {what()}.");
            await Task.Delay(s_look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
