using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventBus.Redis.Tests.DependencyInjection;

public sealed class OptionsTests
{
    private static readonly string[] Mistakes =
    [
        "EventBus:Redis:Configuration is blank", "EventBus:Redis:Database must be 0 or more, but is -1",
        "EventBus:Redis:KeyPrefix must not contain braces, but is '{bus}:'", "EventBus:Redis:Partitions must be between 1 and 1024, but is 0",
        "EventBus:Redis:TopicPartitions:many must be between 1 and 1024, but is 1025", "EventBus:Redis:TopicPartitions:a b: the topic's name ",
        "EventBus:Redis:MemberTimeout must be between 00:00:01 and 00:05:00, but is 00:00:00.9990000",
        "EventBus:Redis:StartTimeout must be more than zero, or infinite", "EventBus:Redis:PublishTimeout must be more than zero",
        "EventBus:Redis:ReadCount must be between 1 and 10000, but is 10001", "EventBus:Redis:RetainedEvents must be 0 or more, but is -1",
        "EventBus:Redis:RetainedAge must not be negative", "EventBus:Redis:RetainedBytes must be 0 or more, but is -5",
        "EventBus:Redis:AbandonedGroupRetention must not be negative",
    ];

    [Fact]
    public async Task Mistakes_AreToldAtTheStartAllAtOnce()
    {
        await using var bus = NotedBus.Create(
            bus => bus.UseRedis(" ").UseRedis(" ", options => options.Database = -1),
            ("EventBus:Redis:KeyPrefix", "{bus}:"), ("EventBus:Redis:Partitions", "0"), ("EventBus:Redis:TopicPartitions:many", "1025"),
            ("EventBus:Redis:TopicPartitions:a b", "2"), ("EventBus:Redis:MemberTimeout", "00:00:00.999"), ("EventBus:Redis:StartTimeout", "0"),
            ("EventBus:Redis:PublishTimeout", "0"), ("EventBus:Redis:ReadCount", "10001"), ("EventBus:Redis:RetainedEvents", "-1"),
            ("EventBus:Redis:RetainedAge", "-00:00:01"), ("EventBus:Redis:RetainedBytes", "-5"),
            ("EventBus:Redis:AbandonedGroupRetention", "-1"));

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(bus.StartAsync);

        Assert.All(Mistakes, mistake => Assert.Contains(mistake, thrown.Message, StringComparison.Ordinal));
        Assert.Equal(Mistakes.Length, thrown.Failures.Count());
    }

    [Fact]
    public async Task Limits_Themselves_AreAllowed()
    {
        await using var bus = NotedBus.Create(bus => bus.UseRedis(configure: options =>
        {
            options.Partitions = 1_024;
            options.MemberTimeout = TimeSpan.FromSeconds(1);
            options.StartTimeout = Timeout.InfiniteTimeSpan;
            options.ReadCount = 10_000;
            options.RetainedEvents = 0;
            options.RetainedAge = options.AbandonedGroupRetention = TimeSpan.Zero;
            options.RetainedBytes = 0;
            options.KeyPrefix = string.Empty;
        }));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        // The settings are looked at before anything is connected.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bus.Bus.StartAsync(stop.Token));
    }

    [Fact]
    public async Task Configuration_WinsOverCode()
    {
        await using var bus = NotedBus.Create(
            bus => bus.UseRedis("code:1", options =>
            {
                options.KeyPrefix = "code:";
                options.Partitions = 2;
                options.TopicPartitions["code"] = 3;
                options.CompetingGroups.Add("code");
            }),
            ("EventBus:Redis:Configuration", "configured:2"), ("EventBus:Redis:Database", "5"), ("EventBus:Redis:KeyPrefix", "configured:"),
            ("EventBus:Redis:TopicPartitions:configured", "7"), ("EventBus:Redis:CompetingGroups:0", "configured"),
            ("EventBus:Redis:MemberTimeout", "00:00:09"), ("EventBus:Redis:StartTimeout", "00:00:08"), ("EventBus:Redis:PublishTimeout", "00:00:07"),
            ("EventBus:Redis:ReadCount", "64"), ("EventBus:Redis:RetainedEvents", "11"), ("EventBus:Redis:RetainedAge", "1.00:00:00"),
            ("EventBus:Redis:RetainedBytes", "12"), ("EventBus:Redis:TrimUnsettled", "true"), ("EventBus:Redis:AbandonedGroupRetention", "2.00:00:00"),
            ("EventBus:Redis:AllowEviction", "true"));

        var options = bus.Services.GetRequiredService<IOptions<RedisOptions>>().Value;

        Assert.Equal("configured:2", options.Configuration);
        Assert.Equal("configured:", options.KeyPrefix);
        Assert.Equal(5, options.Database);
        Assert.Equal(2, options.Partitions);
        Assert.Equal(new Dictionary<string, int>(StringComparer.Ordinal) { ["code"] = 3, ["configured"] = 7 }, options.TopicPartitions);
        Assert.Equal(["code", "configured"], options.CompetingGroups.Order(StringComparer.Ordinal));
        Assert.Equal([9, 8, 7], new[] { options.MemberTimeout, options.StartTimeout, options.PublishTimeout }.Select(time => time.TotalSeconds));
        Assert.Equal(64, options.ReadCount);
        Assert.Equal(11, options.RetainedEvents);
        Assert.Equal(TimeSpan.FromDays(1), options.RetainedAge);
        Assert.Equal(12, options.RetainedBytes);
        Assert.Equal(TimeSpan.FromDays(2), options.AbandonedGroupRetention);
        Assert.True(options.TrimUnsettled);
        Assert.True(options.AllowEviction);
    }
}
