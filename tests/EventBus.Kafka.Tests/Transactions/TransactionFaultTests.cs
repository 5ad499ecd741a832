using Confluent.Kafka;
using EventBus.Kafka.Brokers;
using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.TestProcess;
using EventBus.Kafka.Tests.Runs;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>
/// Errors and moves in the middle of transactions: those that pass, those after which a transaction is aborted and stored again, and those after which the
/// producer is at its end and the member begins anew. Each event comes out once, in its order.
/// </summary>
public sealed class TransactionFaultTests(ITestOutputHelper output)
{
    // Which librdkafka's enumeration has, and Confluent.Kafka's has not.
    private const ErrorCode ProducerFenced = (ErrorCode)90;

    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.ConcurrentTransactions, 5)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.GroupCoordinatorNotAvailable, 3)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.NotCoordinatorForGroup, 3)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.GroupLoadInProgress, 3)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.Local_Transport, 2)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.InvalidTxnState, 1)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.InvalidProducerEpoch, 1)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ProducerFenced, 1)]
    [InlineData(KafkaRequest.AddPartitionsToTxn, ErrorCode.InvalidProducerIdMapping, 1)]
    [InlineData(KafkaRequest.AddOffsetsToTxn, ErrorCode.ConcurrentTransactions, 3)]
    [InlineData(KafkaRequest.AddOffsetsToTxn, ErrorCode.NotCoordinatorForGroup, 3)]
    [InlineData(KafkaRequest.AddOffsetsToTxn, ErrorCode.InvalidProducerEpoch, 1)]
    [InlineData(KafkaRequest.AddOffsetsToTxn, ProducerFenced, 1)]
    [InlineData(KafkaRequest.TxnOffsetCommit, ErrorCode.GroupCoordinatorNotAvailable, 3)]
    [InlineData(KafkaRequest.TxnOffsetCommit, ErrorCode.GroupLoadInProgress, 3)]
    [InlineData(KafkaRequest.TxnOffsetCommit, ErrorCode.IllegalGeneration, 1)]
    [InlineData(KafkaRequest.TxnOffsetCommit, ErrorCode.UnknownMemberId, 1)]
    [InlineData(KafkaRequest.TxnOffsetCommit, ErrorCode.RebalanceInProgress, 1)]
    [InlineData(KafkaRequest.TxnOffsetCommit, ErrorCode.InvalidProducerEpoch, 1)]
    [InlineData(KafkaRequest.EndTxn, ErrorCode.ConcurrentTransactions, 3)]
    [InlineData(KafkaRequest.EndTxn, ErrorCode.GroupCoordinatorNotAvailable, 3)]
    [InlineData(KafkaRequest.EndTxn, ErrorCode.NotCoordinatorForGroup, 3)]
    [InlineData(KafkaRequest.EndTxn, ErrorCode.Local_Transport, 2)]
    [InlineData(KafkaRequest.EndTxn, ErrorCode.InvalidTxnState, 1)]
    [InlineData(KafkaRequest.EndTxn, ErrorCode.InvalidProducerEpoch, 1)]
    [InlineData(KafkaRequest.EndTxn, ProducerFenced, 1)]
    public async Task Error_InTheMiddle_EachEventComesOutOnce(KafkaRequest request, ErrorCode error, int times)
    {
        await using var run = await TransformRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 2, full: 10); i++)
        {
            run.Cluster.Fail(request, error, times);
            await run.GoesOnAsync();
        }

        await run.EndsWellAsync();
        output.WriteLine($"{request} {error}:{run.Bus.Log}");
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition, 3)]
    [InlineData(ErrorCode.RequestTimedOut, 3)]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber, 1)]
    [InlineData(ErrorCode.UnknownProducerId, 1)]
    [InlineData(ErrorCode.InvalidProducerEpoch, 1)]
    [InlineData(ErrorCode.InvalidMsg, 1)]
    public async Task ErrorOfARecord_InTheMiddle_EachEventComesOutOnce(ErrorCode error, int times)
    {
        await using var run = await TransformRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 2, full: 10); i++)
        {
            // Not of the events that the run publishes itself, which are stored by then.
            var publishing = run.PublishAsync();
            run.Cluster.FailIn(Turned.Topic, i % RunBus.Partitions, KafkaRequest.Produce, error, times);
            await publishing;
            await run.OutAsync();
        }

        await run.EndsWellAsync();
        output.WriteLine($"{error}:{run.Bus.Log}");
    }

    [Fact]
    public async Task Coordinators_Move_EachEventComesOutOnce()
    {
        await using var run = await TransformRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 6, full: 30); i++)
        {
            run.Cluster.SetTransactionCoordinator(TransformRun.TransactionalId, 1 + (i % MockCluster.Brokers));
            run.Cluster.SetCoordinator(RunBus.Group, 1 + ((i + 1) % MockCluster.Brokers));
            await run.GoesOnAsync();
        }

        await run.EndsWellAsync();
        output.WriteLine($"{run.Bus.Log}");
    }

    [Fact]
    public async Task Brokers_GoAndComeBack_EachEventComesOutOnce()
    {
        await using var run = await TransformRun.StartAsync();
        using var pace = new PeriodicTimer(s_pace);
        for (var broker = 1; broker <= MockCluster.Brokers; broker++)
        {
            var publishing = run.PublishAsync();
            run.Cluster.SetDown(broker);
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            run.Cluster.SetUp(broker);
            await publishing;
            await run.OutAsync();
        }

        await run.EndsWellAsync();
        output.WriteLine($"{run.Bus.Log}");
    }

    [Fact]
    public async Task Start_WhileTheCoordinatorIsNotReady_Waits()
    {
        await using var cluster = new MockCluster();
        cluster.Fail(KafkaRequest.InitProducerId, ErrorCode.GroupLoadInProgress, times: 5);

        await using var bus = await RunBus.StartAsync(cluster.BootstrapServers, configure: static bus =>
            bus.Subscription(RunBus.Group).Handle<Counted>(static (_, _, _) => ValueTask.CompletedTask).WithExactlyOnce());
    }
}
