using Confluent.Kafka;
using EventBus.Kafka.Brokers;
using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.Tests.Runs;

namespace EventBus.Kafka.Tests.Outages;

/// <summary>What brokers do for each other in the middle of a run: partitions get other leaders, groups other coordinators.</summary>
public sealed class MoveTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Leaders_MoveAgainAndAgain_LoseAndRepeatNothing()
    {
        await using var run = await OutageRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 4, full: 40); i++)
        {
            for (var partition = 0; partition < RunBuses.Partitions; partition++)
            {
                run.Cluster.SetLeader(Counted.Topic, partition, 1 + ((partition + i) % MockCluster.Brokers));
            }

            await run.GoesOnAsync();
        }

        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
        Assert.Equal(run.Tally.Count, run.Tally.Handled.Distinct().Count());
    }

    [Fact]
    public async Task Partition_WithoutALeaderForAWhile_LosesNothing()
    {
        await using var run = await OutageRun.StartAsync();
        run.Cluster.SetLeader(Counted.Topic, partition: 1, broker: -1);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        run.Cluster.SetLeader(Counted.Topic, partition: 1, broker: 2);

        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
    }

    [Fact]
    public async Task Coordinator_MovesAgainAndAgain_LosesNothing()
    {
        await using var run = await OutageRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 4, full: 40); i++)
        {
            run.Cluster.SetCoordinator(RunBus.Group, 1 + (i % MockCluster.Brokers));
            await run.GoesOnAsync();
        }

        await run.EndsWellAsync();
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.LeaderNotAvailable)]
    [InlineData(ErrorCode.RequestTimedOut)]
    [InlineData(ErrorCode.NotEnoughReplicas)]
    [InlineData(ErrorCode.NotEnoughReplicasAfterAppend)]
    [InlineData(ErrorCode.Local_Transport)]
    public async Task Produce_RefusedForAWhile_IsTriedAgainInOrder(ErrorCode error)
    {
        await using var run = await OutageRun.StartAsync();
        await FailAsync(run, KafkaRequest.Produce, error);
        await run.EndsWellAsync();
        Assert.Empty(run.Publishing.Failures);
    }

    [Theory]
    [InlineData(KafkaRequest.Fetch, ErrorCode.NotLeaderForPartition)]
    [InlineData(KafkaRequest.Fetch, ErrorCode.Local_Transport)]
    [InlineData(KafkaRequest.Heartbeat, ErrorCode.NotCoordinatorForGroup)]
    [InlineData(KafkaRequest.Heartbeat, ErrorCode.GroupCoordinatorNotAvailable)]
    [InlineData(KafkaRequest.OffsetCommit, ErrorCode.GroupLoadInProgress)]
    [InlineData(KafkaRequest.OffsetCommit, ErrorCode.NotCoordinatorForGroup)]
    [InlineData(KafkaRequest.OffsetCommit, ErrorCode.RequestTimedOut)]
    [InlineData(KafkaRequest.OffsetCommit, ErrorCode.Local_Transport)]
    [InlineData(KafkaRequest.Metadata, ErrorCode.Local_Transport)]
    public async Task Request_RefusedForAWhile_LosesNothing(KafkaRequest request, ErrorCode error)
    {
        await using var run = await OutageRun.StartAsync();
        await FailAsync(run, request, error);
        await run.EndsWellAsync();
    }

    [Theory]
    [InlineData(KafkaRequest.JoinGroup, ErrorCode.GroupLoadInProgress)]
    [InlineData(KafkaRequest.SyncGroup, ErrorCode.GroupLoadInProgress)]
    [InlineData(KafkaRequest.OffsetFetch, ErrorCode.GroupLoadInProgress)]
    [InlineData(KafkaRequest.FindCoordinator, ErrorCode.GroupCoordinatorNotAvailable)]
    public async Task Member_ThatJoinsWhileTheCoordinatorIsNotReady_GetsItsPartitions(KafkaRequest request, ErrorCode error)
    {
        await using var cluster = new MockCluster();
        cluster.Fail(request, error, times: 5);
        var tally = new Tally();
        await using var bus = await RunBuses.StartAsync(cluster.BootstrapServers, tally);
        var events = Enumerable.Range(0, 100).Select(static number => new Counted($"key-{number % 10}", number / 10)).ToArray();
        await bus.PublishAsync(events);

        await tally.HandledAsync(events, bus.Log);
        await bus.SettledAsync();
        tally.AssertOrder(events);
    }

    private static async Task FailAsync(OutageRun run, KafkaRequest request, ErrorCode error)
    {
        for (var i = 0; i < Scale.Of(quick: 5, full: 50); i++)
        {
            run.Cluster.Fail(request, error, times: 3);
            await Task.Delay(s_pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        run.Cluster.FailNoMore(request);
        await run.GoesOnAsync();
    }
}
