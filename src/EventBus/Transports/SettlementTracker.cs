using System.Numerics;

namespace EventBus.Transports;

/// <summary>
/// The lowest unsettled offset of one partition, for transports whose groups know only "everything up to here". Events are
/// handed out in order and settled in any order; the watermark passes an event only when it and all before it are settled.
/// </summary>
/// <remarks>
/// Safe to use from any thread. Invariant: every event below <see cref="Watermark"/> is settled or was never handed out, and the
/// event at the watermark, if it was handed out, is not settled.
/// </remarks>
public sealed class SettlementTracker
{
    private const int WordBits = 64;
    private readonly Lock _lock = new();

    // A ring of bits over the offsets from the watermark on, the settled ones set. Its length is a power of two.
    private ulong[] _settled = new ulong[1];
    private long _watermark;

    /// <summary>Starts with everything below an offset settled.</summary>
    public SettlementTracker(long watermark) => _watermark = watermark;

    /// <summary>The lowest offset that is not settled.</summary>
    public long Watermark => Volatile.Read(ref _watermark);

    /// <summary>Settles one offset. Settling again, or below the watermark, has no effect.</summary>
    /// <returns>Whether the watermark moved.</returns>
    public bool Settle(long offset) => SettleRange(offset, offset + 1);

    /// <summary>
    /// Settles a range: an event and the gap before it (offsets that compaction or transactions left empty) in one go.
    /// </summary>
    /// <param name="from">The first offset.</param>
    /// <param name="to">One past the last.</param>
    /// <returns>Whether the watermark moved.</returns>
    public bool SettleRange(long from, long to)
    {
        lock (_lock)
        {
            from = Math.Max(from, _watermark);
            if (to <= from)
            {
                return false;
            }

            if (from > _watermark)
            {
                Mark(from, to);
                return false;
            }

            Volatile.Write(ref _watermark, PassSettled(from, to));
            return true;
        }
    }

    private void Mark(long from, long to)
    {
        Reserve(to - _watermark);
        for (var offset = from; offset < to; offset++)
        {
            Word(offset) |= Bit(offset);
        }
    }

    private void Reserve(long span)
    {
        if (span <= (long)_settled.Length * WordBits)
        {
            return;
        }

        var old = _settled;
        _settled = new ulong[BitOperations.RoundUpToPowerOf2((ulong)(span + WordBits - 1) / WordBits)];
        for (var offset = _watermark; offset < _watermark + ((long)old.Length * WordBits); offset++)
        {
            if ((old[(int)(offset / WordBits) & (old.Length - 1)] & Bit(offset)) != 0)
            {
                Word(offset) |= Bit(offset);
            }
        }
    }

    // The offsets passed are cleared, so that the ring's bits stand for later offsets when they come round again.
    private long PassSettled(long from, long to)
    {
        var end = _watermark + ((long)_settled.Length * WordBits);
        var offset = from;
        for (; offset < end && (offset < to || (Word(offset) & Bit(offset)) != 0); offset++)
        {
            Word(offset) &= ~Bit(offset);
        }

        return Math.Max(offset, to);
    }

    private ref ulong Word(long offset) => ref _settled[(int)(offset / WordBits) & (_settled.Length - 1)];

    private static ulong Bit(long offset) => 1UL << (int)(offset % WordBits);
}
