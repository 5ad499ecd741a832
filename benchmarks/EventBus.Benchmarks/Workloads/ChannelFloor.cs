using System.Threading.Channels;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Workloads;

/// <summary>The floor: a bounded channel with one reader for each group, and nothing else.</summary>
internal class ChannelFloor : IWorkload
{
    public const int Capacity = 1024;
    private readonly Channel<BenchEvent>[] _channels;
    private readonly Task[] _reading;

    public ChannelFloor(bool singleWriter = true, int groups = 1)
    {
        var options = new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = singleWriter };
        Sink = new EventSink(concurrent: groups > 1);
        _channels = [.. Enumerable.Range(0, groups).Select(_ => Channel.CreateBounded<BenchEvent>(options))];
        _reading = [.. _channels.Select(channel => Task.Run(() => ReadAsync(channel.Reader)))];
    }

    public EventSink Sink { get; }

    public int Groups => _channels.Length;

    public Task ProduceAsync(EventSource source, int events) =>
        _channels is [var only] ? ProduceAsync(source, events, only.Writer) : ProduceToAllAsync(source, events);

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Writer.Complete();
        }

        await Task.WhenAll(_reading);
        GC.SuppressFinalize(this);
    }

    /// <summary>Handles one event.</summary>
    protected virtual ValueTask HandleAsync(BenchEvent received)
    {
        Sink.Accept(received);
        return ValueTask.CompletedTask;
    }

    private static async Task ProduceAsync(EventSource source, int events, ChannelWriter<BenchEvent> writer)
    {
        for (var i = 0; i < events; i++)
        {
            await writer.WriteAsync(source.Next(i));
        }
    }

    private async Task ProduceToAllAsync(EventSource source, int events)
    {
        for (var i = 0; i < events; i++)
        {
            var next = source.Next(i);
            foreach (var channel in _channels)
            {
                await channel.Writer.WriteAsync(next);
            }
        }
    }

    private async Task ReadAsync(ChannelReader<BenchEvent> reader)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var received))
            {
                await HandleAsync(received);
            }
        }
    }
}
