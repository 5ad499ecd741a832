using Confluent.Kafka;
using EventBus.Kafka.Brokers.Proxies;

namespace EventBus.Kafka.Tests.Outages;

/// <summary>Errors that the idempotent producer must not go on after: what is on its way fails, or is sent again by a producer of a new kind; both in order.</summary>
public sealed class ProducerFaultTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(ErrorCode.UnknownProducerId)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    [InlineData(ErrorCode.InvalidProducerIdMapping)]
    public async Task FatalError_InTheMiddle_IsSurvived(ErrorCode error)
    {
        await using var run = await OutageRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 3, full: 20); i++)
        {
            run.Cluster.Fail(KafkaRequest.Produce, error);
            await run.GoesOnAsync();
        }

        await run.EndsWellAsync();
        output.WriteLine($"{error}: {run.Publishing.Failures.Count} calls failed: {run.Publishing.Failures.FirstOrDefault()?.Message}; "
            + $"{run.Tally.Count - run.Tally.Handled.Distinct().Count()} events came twice{run.Bus.Log}");
    }

    [Theory]
    [InlineData(ErrorCode.MsgSizeTooLarge)]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    public async Task RefusedEvents_AreToldAsNoOutage_AndOthersAreStored(ErrorCode error)
    {
        await using var run = await OutageRun.StartAsync();
        for (var i = 0; i < Scale.Of(quick: 5, full: 50); i++)
        {
            var before = run.Publishing.Failures.Count;
            run.Cluster.Fail(KafkaRequest.Produce, error);
            await Eventually.TrueAsync(() => run.Publishing.Failures.Count > before, () => $"publishing to fail.{run.Bus.Log}");
            await run.Publishing.MoreAsync(OutageRun.Some / 5);
        }

        await run.EndsWellAsync();
        output.WriteLine($"{run.Publishing.Failures.Count} failed: {run.Publishing.Failures.First().Message}");

        // What the library drops when it forgets the topic is told as such, and may be tried again.
        Assert.All(
            run.Publishing.Failures.Where(static failure => !failure.Message.Contains(nameof(ErrorCode.Local_Destroy), StringComparison.Ordinal)),
            static failure => Assert.False(failure.IsOutage, failure.ToString()));
    }
}
