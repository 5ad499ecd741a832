using System.Collections.Concurrent;
using Confluent.Kafka;
using EventBus.Kafka.Brokers.Proxies;
using EventBus.Kafka.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Kafka.Tests.Transactions;

/// <summary>What cannot be stored fails its own event, in the handler that publishes it; the others go on.</summary>
public sealed class RefusalTests
{
    private static readonly Counted s_bad = new("key-3", 40);

    [Fact]
    public async Task LargeEvent_IsRefusedWhereItIsPublished_AndItsEventDies()
    {
        var failures = new ConcurrentQueue<PublishException>();
        await using var run = await TransformRun.StartAsync(
            async (counted, context) =>
            {
                if (counted == s_bad)
                {
                    await PublishAsync(context, new Turned(new string('x', 20_000), counted.Number), failures);
                }
            },
            static options => options.ProducerProperties["message.max.bytes"] = "10000");

        await run.GoesOnAsync(but: s_bad);
        await run.EndsWellAsync(s_bad);

        Assert.Equal(3, failures.Count);
        Assert.All(failures, static failure => Assert.False(failure.IsOutage, failure.ToString()));
        Assert.Empty(run.Bus.Log.Of(TransformRun.TransactionFailed));
    }

    [Theory]
    [InlineData(ErrorCode.MsgSizeTooLarge)]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    public async Task EventThatBrokersRefuse_DiesAlone(ErrorCode error)
    {
        const string Refused = "refused";
        var failures = new ConcurrentQueue<PublishException>();
        TransformRun? running = null;
        await using var run = await TransformRun.StartAsync(
            async (counted, context) =>
            {
                if (counted == s_bad)
                {
                    if (failures.IsEmpty)
                    {
                        for (var partition = 0; partition < RunBuses.Partitions; partition++)
                        {
                            running!.Cluster.FailIn(Refused, partition, KafkaRequest.Produce, error);
                        }
                    }

                    await PublishAsync(context, new Refusing(counted.Number), failures);
                }
            },
            configure: static bus => bus.Event<Refusing>("refusing", topic: Refused));
        run.Cluster.CreateTopic(Refused, RunBuses.Partitions);
        running = run;

        await run.GoesOnAsync(but: s_bad);
        await run.EndsWellAsync(s_bad);

        Assert.Equal(3, failures.Count);
        Assert.NotEmpty(run.Bus.Log.Of(TransformRun.TransactionFailed));
    }

    private static async Task PublishAsync<T>(EventContext context, T @event, ConcurrentQueue<PublishException> failures)
        where T : class
    {
        try
        {
            await context.Services.GetRequiredService<IEventPublisher>().PublishAsync(@event, TestContext.Current.CancellationToken);
        }
        catch (PublishException exception)
        {
            failures.Enqueue(exception);
            throw;
        }
    }

    internal sealed record Refusing(int Number);
}
