using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Tests.Topics;

/// <summary>What a start does about topics, as another client sees them.</summary>
public sealed class TopicCheckTests(KafkaServers servers) : IDisposable
{
    private readonly string _prefix = servers.NewPrefix();
    private readonly RunLog _log = new(LogLevel.Information);

    private string Topic => $"{_prefix}noted";

    private string DeadLetters => $"{_prefix}_eventbus.dead-letters.group";

    [Fact]
    public async Task Start_TopicsAreMissing_MakesThemAsTheSettingsSay()
    {
        await using var bus = await StartAsync(kafka =>
        {
            kafka.NewTopics.Partitions = 2;
            kafka.NewTopics.Retention = TimeSpan.FromHours(1);
            kafka.Topics["noted"] = new KafkaTopicOptions { Partitions = 3, CleanupPolicy = "compact" };
        });

        using var admin = Admin();
        Assert.Equal(3, await PartitionsAsync(admin, Topic));
        Assert.Equal(1, await PartitionsAsync(admin, DeadLetters));
        Assert.Equal(("3600000", "compact"), await SettingsAsync(admin, Topic));
        Assert.Equal(("-1", "delete"), await SettingsAsync(admin, DeadLetters));
    }

    [Fact]
    public async Task Start_TopicsAreMissingAndNotMade_NamesThem()
    {
        var exception = await Assert.ThrowsAsync<EventBusException>(() => StartAsync(
            kafka => kafka.CreateTopics = false, static bus => bus.Event<Other>("other")));

        Assert.Contains($"'{Topic}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"'{_prefix}other'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("EventBus:Kafka:CreateTopics", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TopicIsOtherThanTheSettingsSay_LeavesItAndTells()
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = Topic, NumPartitions = 2, Configs = new() { ["retention.ms"] = "1000", ["cleanup.policy"] = "delete,compact" } }])
            .Within();

        await using var bus = await StartAsync(kafka => kafka.NewTopics.Partitions = 5, configure: null);
        await using var other = await StartAsync(kafka =>
        {
            kafka.NewTopics.Retention = TimeSpan.FromHours(1);
            kafka.NewTopics.CleanupPolicy = "compact,delete";
        });

        Assert.Equal(2, await PartitionsAsync(admin, Topic));
        Assert.Collection(
            _log.Of(622),
            line => Assert.StartsWith("Topic noted has partitions 2 and stays as it is; the settings of EventBus:Kafka say 5", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Topic noted has retention.ms 1000 and stays as it is", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_OfAGroup_TellsWhereItBegins()
    {
        await using var bus = await StartAsync(kafka => kafka.ExpiredOffset = KafkaExpiredOffset.Fail);

        Assert.StartsWith(
            "Group group begins with earliest in partitions where it has no place yet, and goes on with Fail where its place is gone",
            Assert.Single(_log.Of(648)), StringComparison.Ordinal);
    }

    public void Dispose() => _log.Dispose();

    private Task<NotedBus> StartAsync(Action<KafkaOptions> settings) => StartAsync(
        settings,
        static bus => bus.Subscription("group").Handle<Noted>(static (_, _, _) => ValueTask.CompletedTask).WithDeadLetters());

    private Task<NotedBus> StartAsync(Action<KafkaOptions> settings, Action<EventBusBuilder>? configure) => NotedBus.StartAsync(bus =>
    {
        bus.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(_log));
        bus.UseKafka(servers.BootstrapServers, options =>
        {
            options.Prefix = _prefix;
            settings(options);
        });
        configure?.Invoke(bus);
    });

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers.BootstrapServers })
        .SetLogHandler(static (_, _) => { }).Build();

    private static async Task<int> PartitionsAsync(IAdminClient admin, string topic) =>
        (await Task.Run(() => admin.GetMetadata(topic, Deadline.Default)).Within()).Topics[0].Partitions.Count;

    private static async Task<(string Retention, string Policy)> SettingsAsync(IAdminClient admin, string topic)
    {
        var described = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }]).Within();
        return (described[0].Entries["retention.ms"].Value, described[0].Entries["cleanup.policy"].Value);
    }

    private sealed record Other(int Number);
}
