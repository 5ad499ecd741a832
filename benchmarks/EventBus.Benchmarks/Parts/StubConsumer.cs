using System.Buffers.Binary;
using EventBus.Transports;

namespace EventBus.Benchmarks.Parts;

/// <summary>Hands out a prepared row of events whenever it is told to.</summary>
internal sealed class StubConsumer : ITransportConsumer
{
    private readonly SemaphoreSlim _started = new(0);
    private readonly PartitionAssignment _assignment = new("bench.event", 0, 1);
    private TaskCompletionSource _allSettled = new();
    private readonly byte[] _id = new byte[16];
    private Envelope[] _events = [];
    private int _next;
    private ulong _offset;
    private int _unsettled;

    /// <summary>Whether each event gets an id that no event had before it, as those that are published do.</summary>
    public bool HasNewIds { get; set; }

    /// <summary>Hands out events and waits until all of them are settled.</summary>
    public Task RunAsync(Envelope[] events)
    {
        _allSettled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _events = events;
        _next = 0;
        _unsettled = events.Length;
        _started.Release();
        return _allSettled.Task;
    }

    public async ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        if (_next == _events.Length)
        {
            await _started.WaitAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _events.Length - _next);
        for (var i = 0; i < count; i++)
        {
            var envelope = HasNewIds ? WithNewId(_events[_next++]) : _events[_next++];
            buffer.Span[i] = new ReceivedEvent(_assignment, new Offset(_offset++), envelope);
        }

        return count;
    }

    private Envelope WithNewId(in Envelope envelope)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_id, _offset);
        return new Envelope(new Guid(_id), envelope.UtcTicks, envelope.Metadata, envelope.Value!, envelope.Key);
    }

    public void Settle(PartitionAssignment assignment, Offset offset)
    {
        if (Interlocked.Decrement(ref _unsettled) == 0)
        {
            _allSettled.SetResult();
        }
    }

    public void Release(PartitionAssignment assignment)
    {
        // Nothing is ever revoked.
    }

    public ValueTask DisposeAsync()
    {
        _started.Dispose();
        return ValueTask.CompletedTask;
    }
}
