using System.Diagnostics;

namespace EventBus.Transports.InMemory;

/// <summary>
/// The records of one log in segments of equal size, found by offset at the same cost however long the log is. Growing moves
/// references to segments only, never records.
/// </summary>
/// <remarks>Guarded by the log's lock; the records of a segment may be read outside of it as the log's rules allow.</remarks>
internal sealed class SegmentList(SegmentPool pool)
{
    public const int Size = 1 << Shift;
    public const int Mask = Size - 1;
    private const int Shift = 7;
    private const int InitialLength = 4;

    // A ring over segment numbers (offset / size). Its length is a power of two.
    private LogRecord[]?[] _ring = [];
    private long _first;
    private int _count;

    public LogRecord[] Holding(long offset)
    {
        Debug.Assert(offset >> Shift >= _first && offset >> Shift < _first + _count, "The segment is not held.");
        return _ring[Slot(offset >> Shift)]!;
    }

    public ref LogRecord this[long offset] => ref Holding(offset)[(int)offset & Mask];

    /// <summary>Adds the segment that starts at an offset: the end of the last one, or any where none is held.</summary>
    public LogRecord[] Add(long offset)
    {
        Debug.Assert((offset & Mask) == 0 && (_count == 0 || offset >> Shift == _first + _count), "Segments are contiguous.");
        if (_count == _ring.Length)
        {
            Grow();
        }

        if (_count == 0)
        {
            _first = offset >> Shift;
        }

        var segment = pool.Rent();
        _ring[Slot(_first + _count)] = segment;
        _count++;
        return segment;
    }

    /// <summary>Lets go of the records from one offset up to another: whole segments are reused, parts are cleared.</summary>
    public void Drop(long from, long to)
    {
        for (; _count > 0 && (_first + 1) << Shift <= to; _first++, _count--)
        {
            ref var slot = ref _ring[Slot(_first)];
            pool.Return(slot!);
            slot = null;
        }

        from = Math.Max(from, to & ~(long)Mask);
        if (_count > 0 && from < to)
        {
            Array.Clear(Holding(from), (int)from & Mask, (int)(to - from));
        }
    }

    private int Slot(long number) => (int)(number & (_ring.Length - 1));

    private void Grow()
    {
        var old = _ring;
        _ring = new LogRecord[Math.Max(InitialLength, old.Length * 2)][];
        for (var number = _first; number < _first + _count; number++)
        {
            _ring[Slot(number)] = old[number & (old.Length - 1)];
        }
    }
}
