using EventBus.Tests.Support;
using EventBus.Transports.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace EventBus.Tests.Consuming;

public sealed class RebalanceTests
{
    [Fact]
    public async Task MemberJoins_WhileARunOfManyPartitionsIsBrokenOffByAFailure_GetsItsPartitions()
    {
        const int Events = 40;
        var broker = new InMemoryBroker(new InMemoryOptions { Partitions = 4 });
        var (entered, go) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var seen = new Seen<(string Member, int Number)>();
        await using var publishing = TestBus.Create(bus => bus.UseInMemory(broker).AddNumbered());
        for (var i = 0; i < Events; i++)
        {
            await publishing.Publisher.PublishAsync(new Numbered($"k{i}", i), TestContext.Current.CancellationToken);
        }

        await using var one = await TestBus.StartAsync(bus => bus.UseInMemory(broker).AddNumbered().Subscription("s")
            .Handle<Numbered>(async (e, _, _) =>
            {
                if (!go.Task.IsCompleted)
                {
                    entered.TrySetResult();
                    await go.Task;
                    throw new InvalidOperationException("The first one fails.");
                }

                seen.Add(("one", e.Number));
            }));
        await entered.Task.WaitAsync(TestBus.Deadline, TestContext.Current.CancellationToken);

        await using var two = await TestBus.StartAsync(bus => bus.UseInMemory(broker).AddNumbered().Subscription("s")
            .Handle<Numbered>((e, _, _) =>
            {
                seen.Add(("two", e.Number));
                return ValueTask.CompletedTask;
            }));
        go.SetResult();

        // Half of the partitions move, with everything in them: the first member has settled none of it.
        await seen.UntilAsync(items => items.DistinctBy(item => item.Number).Count() == Events, "all events");
        Assert.Contains(seen.Items, item => item.Member == "two");
    }
}
