using System.Collections.Concurrent;

namespace EventBus.Kafka.Publishing;

/// <summary>
/// Who waits for a delivery report, found by what the library has of it: a number of 64 bits. Half of it is a place in this table, the other half the number
/// of the event in a batch.
/// </summary>
internal sealed class ReportTable
{
    private const int ChunkLength = 1024;
    private readonly Lock _growing = new();
    private readonly ConcurrentQueue<int> _free = new();

    // Chunks never move, so that a place is written to while the table grows.
    private volatile PendingCall?[][] _chunks = [];

    /// <summary>Gives a call a place until nothing will be reported for it any more.</summary>
    public int Add(PendingCall call)
    {
        int place;
        while (!_free.TryDequeue(out place))
        {
            Grow();
        }

        _chunks[place / ChunkLength][place % ChunkLength] = call;
        return place;
    }

    /// <summary>Takes a place back.</summary>
    public void Remove(int place)
    {
        _chunks[place / ChunkLength][place % ChunkLength] = null;
        _free.Enqueue(place);
    }

    /// <summary>What the library has of an event.</summary>
    public static nint StateOf(int place, int number) => (nint)(((long)place << 32) | (uint)number);

    /// <summary>Finds a call again.</summary>
    public PendingCall Find(nint state, out int number)
    {
        number = (int)state;
        var place = (int)((long)state >> 32);
        return _chunks[place / ChunkLength][place % ChunkLength]!;
    }

    private void Grow()
    {
        lock (_growing)
        {
            if (_free.IsEmpty)
            {
                var first = _chunks.Length * ChunkLength;
                _chunks = [.. _chunks, new PendingCall?[ChunkLength]];
                for (var place = first; place < first + ChunkLength; place++)
                {
                    _free.Enqueue(place);
                }
            }
        }
    }
}
