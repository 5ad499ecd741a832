using System.Threading.Channels;
using EventBus.Benchmarks.Harness;

namespace EventBus.Benchmarks.Workloads;

/// <summary>The floor of handling by key: as many bounded channels as events are handled at once, chosen by the key's hash.</summary>
internal sealed class KeyedChannelsFloor : IWorkload
{
    private readonly Channel<BenchEvent>[] _channels;
    private readonly Task[] _reading;

    public KeyedChannelsFloor(int concurrency)
    {
        _channels = [.. Enumerable.Range(0, concurrency).Select(_ => Channel.CreateBounded<BenchEvent>(ChannelFloor.Capacity))];
        _reading = [.. _channels.Select(channel => Task.Run(() => ReadAsync(channel.Reader)))];
    }

    public EventSink Sink { get; } = new(concurrent: true);

    public async Task ProduceAsync(EventSource source, int events)
    {
        for (var i = 0; i < events; i++)
        {
            var next = source.Next(i);
            var lane = (uint)next.Key!.GetHashCode(StringComparison.Ordinal) % (uint)_channels.Length;
            await _channels[lane].Writer.WriteAsync(next);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Writer.Complete();
        }

        await Task.WhenAll(_reading);
    }

    private async Task ReadAsync(ChannelReader<BenchEvent> reader)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var received))
            {
                Sink.Accept(received);
            }
        }
    }
}
