using System.Collections.Concurrent;
using Confluent.Kafka;

namespace EventBus.Kafka.Tests.Servers;

/// <summary>Members of a group by Confluent.Kafka's own client.</summary>
internal sealed class RunningConsumers(string bootstrapServers, string topic, string group) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (CancellationTokenSource Stop, Task Loop)> _loops = new(StringComparer.Ordinal);

    public void Start(string client)
    {
        var stop = new CancellationTokenSource();
        _loops[client] = (stop, Task.Run(() => Run(client, stop.Token)));
    }

    public async Task StopAsync(string client)
    {
        _loops.TryRemove(client, out var running);
        await running.Stop.CancelAsync();
        await running.Loop;
        running.Stop.Dispose();
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_loops.Keys.Select(StopAsync));

    private void Run(string client, CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            ClientId = client,
            GroupId = group,
            SessionTimeoutMs = 1_500,
            HeartbeatIntervalMs = 100,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Subscribe(topic);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = consumer.Consume(TimeSpan.FromMilliseconds(50));
            }
            catch (ConsumeException)
            {
                // It has been cut off.
            }
        }

        consumer.Close();
    }
}
