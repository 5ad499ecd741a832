using Confluent.Kafka;
using EventBus.Kafka.Brokers;
using EventBus.Kafka.Brokers.Proxies;
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

    private static readonly (KafkaRequest Request, ErrorCode Error, int Times)[] s_some =
    [
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.ConcurrentTransactions, 5),
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.GroupCoordinatorNotAvailable, 3),
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.InvalidProducerEpoch, 1),
        (KafkaRequest.AddPartitionsToTxn, ProducerFenced, 1),
        (KafkaRequest.AddOffsetsToTxn, ErrorCode.NotCoordinatorForGroup, 3),
        (KafkaRequest.TxnOffsetCommit, ErrorCode.GroupLoadInProgress, 3),
        (KafkaRequest.TxnOffsetCommit, ErrorCode.IllegalGeneration, 1),
        (KafkaRequest.TxnOffsetCommit, ErrorCode.RebalanceInProgress, 1),
        (KafkaRequest.TxnOffsetCommit, ErrorCode.InvalidProducerEpoch, 1),
        (KafkaRequest.EndTxn, ErrorCode.GroupCoordinatorNotAvailable, 3),
        (KafkaRequest.EndTxn, ErrorCode.Local_Transport, 2),
        (KafkaRequest.EndTxn, ErrorCode.InvalidTxnState, 1),
        (KafkaRequest.EndTxn, ProducerFenced, 1),
    ];

    private static readonly (KafkaRequest Request, ErrorCode Error, int Times)[] s_others =
    [
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.NotCoordinatorForGroup, 3),
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.GroupLoadInProgress, 3),
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.Local_Transport, 2),
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.InvalidTxnState, 1),
        (KafkaRequest.AddPartitionsToTxn, ErrorCode.InvalidProducerIdMapping, 1),
        (KafkaRequest.AddOffsetsToTxn, ErrorCode.ConcurrentTransactions, 3),
        (KafkaRequest.AddOffsetsToTxn, ErrorCode.InvalidProducerEpoch, 1),
        (KafkaRequest.AddOffsetsToTxn, ProducerFenced, 1),
        (KafkaRequest.TxnOffsetCommit, ErrorCode.GroupCoordinatorNotAvailable, 3),
        (KafkaRequest.TxnOffsetCommit, ErrorCode.UnknownMemberId, 1),
        (KafkaRequest.EndTxn, ErrorCode.ConcurrentTransactions, 3),
        (KafkaRequest.EndTxn, ErrorCode.NotCoordinatorForGroup, 3),
        (KafkaRequest.EndTxn, ErrorCode.InvalidProducerEpoch, 1),
    ];

    /// <summary>Some of each kind, unless the runs are to be as large as they are meant to be.</summary>
    public static TheoryData<KafkaRequest, ErrorCode, int> Errors => new(s_some.Concat(Scale.Of(quick: [], full: s_others)));

    [Theory]
    [MemberData(nameof(Errors))]
    public Task Error_InTheMiddle_EachEventComesOutOnce(KafkaRequest request, ErrorCode error, int times) =>
        EachComesOutOnceAsync(Scale.Of(quick: 2, full: 10), (run, _) =>
        {
            run.Cluster.Fail(request, error, times);
            return run.GoesOnAsync();
        });

    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition, 3)]
    [InlineData(ErrorCode.RequestTimedOut, 3)]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber, 1)]
    [InlineData(ErrorCode.UnknownProducerId, 1)]
    [InlineData(ErrorCode.InvalidProducerEpoch, 1)]
    [InlineData(ErrorCode.InvalidMsg, 1)]
    public Task ErrorOfARecord_InTheMiddle_EachEventComesOutOnce(ErrorCode error, int times) =>
        EachComesOutOnceAsync(Scale.Of(quick: 2, full: 10), async (run, round) =>
        {
            // Not of the events that the run publishes itself, which are stored by then.
            var publishing = run.PublishAsync();
            run.Cluster.FailIn(Turned.Topic, round % RunBuses.Partitions, KafkaRequest.Produce, error, times);
            await publishing;
            await run.OutAsync();
        });

    [Fact]
    public Task Coordinators_Move_EachEventComesOutOnce() =>
        EachComesOutOnceAsync(Scale.Of(quick: 6, full: 30), static (run, round) =>
        {
            run.Cluster.SetTransactionCoordinator(TransformRun.TransactionalId, 1 + (round % MockCluster.Brokers));
            run.Cluster.SetCoordinator(RunBus.Group, 1 + ((round + 1) % MockCluster.Brokers));
            return run.GoesOnAsync();
        });

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

        await EndsWellAsync(run);
    }

    [Fact]
    public async Task Start_WhileTheCoordinatorIsNotReady_Waits()
    {
        await using var cluster = new MockCluster();
        cluster.Fail(KafkaRequest.InitProducerId, ErrorCode.GroupLoadInProgress, times: 5);

        await using var bus = await RunBuses.StartAsync(cluster.BootstrapServers, configure: static bus =>
            bus.Subscription(RunBus.Group).Handle<Counted>(static (_, _, _) => ValueTask.CompletedTask).WithExactlyOnce());
    }

    private async Task EachComesOutOnceAsync(int rounds, Func<TransformRun, int, Task> disturb)
    {
        await using var run = await TransformRun.StartAsync();
        for (var round = 0; round < rounds; round++)
        {
            await disturb(run, round);
        }

        await EndsWellAsync(run);
    }

    private async Task EndsWellAsync(TransformRun run)
    {
        await run.EndsWellAsync();
        output.WriteLine($"{run.Bus.Log}");
    }
}
