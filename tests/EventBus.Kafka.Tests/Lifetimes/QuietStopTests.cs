using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Tests.Lifetimes;

public sealed class QuietStopTests(KafkaServers servers)
{
    private const int Runs = 4;

    [Fact]
    public async Task Bus_StoppedInOrder_WarnsOfNothing()
    {
        using var log = new RunLog();
        foreach (var run in Enumerable.Range(1, Runs))
        {
            var handled = new ConcurrentQueue<int>();
            await using var bus = await NotedBus.StartAsync(configured =>
            {
                configured.UseKafka(servers.BootstrapServers, options => options.Prefix = servers.NewPrefix());
                configured.Services.AddLogging(logging => logging.AddProvider(log));
                configured.Subscription("readers").Handle<Noted>((noted, _, _) =>
                {
                    handled.Enqueue(noted.Number);
                    return ValueTask.CompletedTask;
                }).WithDeadLetters();
            });
            await bus.PublishAsync(new Noted("key", run));
            await Eventually.TrueAsync(() => handled.Contains(run), () => $"the event of run {run}");
        }

        Assert.True(!log.Lines.Any(), log.ToString());
    }
}
