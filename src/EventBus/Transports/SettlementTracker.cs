using System.Numerics;

namespace EventBus.Transports;

/// <summary>
/// The lowest unsettled offset of one partition, for transports whose groups know only "everything up to here". Events are
/// handed out in order and settled in any order; the watermark passes an event only when it and all before it are settled.
/// </summary>
/// <remarks>
/// <para>
/// Safe to use from any thread. Invariant: every event below <see cref="Watermark"/> is settled or was never handed out, and the
/// event at the watermark, if it was handed out, is not settled (or a call that settles it is under way).
/// </para>
/// <para>
/// Settling in order costs one interlocked instruction: the watermark is compared and moved without the lock. Marks ahead of the
/// watermark are made under the lock. One side moves the watermark and then looks for marks, the other makes its mark and
/// then looks at the watermark, with a full fence between on both sides: one of them sees the other and passes the mark.
/// </para>
/// </remarks>
internal sealed class SettlementTracker
{
    private const int WordBits = 64;
    private readonly Lock _lock = new();

    // A ring of bits over [_base, _base + its length): the offsets ahead of the watermark, the settled ones set. Its length is a
    // power of two. No bit below _base is set, and _ahead is how many are; both and the bits change under the lock only.
    private ulong[] _settled = new ulong[1];
    private long _base;
    private long _ahead;
    private PaddedLong _watermark;

    /// <summary>Starts with everything below an offset settled.</summary>
    public SettlementTracker(long watermark) => _watermark.Value = _base = watermark;

    /// <summary>The lowest offset that is not settled.</summary>
    public long Watermark => Volatile.Read(ref _watermark.Value);

    /// <summary>Settles one offset. Settling again, or below the watermark, has no effect.</summary>
    /// <returns>Whether the watermark moved.</returns>
    public bool Settle(long offset)
    {
        if (Interlocked.CompareExchange(ref _watermark.Value, offset + 1, offset) != offset)
        {
            return SettleRange(offset, offset + 1);
        }

        if (Volatile.Read(ref _ahead) != 0)
        {
            lock (_lock)
            {
                PassMarks();
            }
        }

        return true;
    }

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
            while (true)
            {
                var watermark = Watermark;
                if (to <= Math.Max(from, watermark))
                {
                    return false;
                }

                if (from > watermark)
                {
                    Mark(from, to);
                    return PassMarks();
                }

                if (Interlocked.CompareExchange(ref _watermark.Value, to, watermark) == watermark)
                {
                    PassMarks();
                    return true;
                }
            }
        }
    }

    /// <summary>The first offset from another on that is not settled, and how many behind that one are.</summary>
    internal (long Next, long SettledBehind) Unsettled(long from)
    {
        lock (_lock)
        {
            Rebase();
            var next = Math.Max(from, _base);
            for (var end = End; next < end && IsMarked(next); next++)
            {
            }

            var settledBehind = _ahead;
            for (var offset = _base; offset < Math.Min(next, End); offset++)
            {
                settledBehind -= IsMarked(offset) ? 1 : 0;
            }

            return (next, settledBehind);
        }
    }

    /// <summary>Adds the ranges that are settled ahead of the watermark, the nearest first.</summary>
    /// <param name="runs">Gets them; each ends one behind its last offset.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>The watermark that they lie ahead of.</returns>
    internal long CopySettledAhead(List<(long From, long To)> runs, int most)
    {
        lock (_lock)
        {
            Rebase();
            var offset = _base;
            for (var left = _ahead; left > 0 && runs.Count < most;)
            {
                var from = Next(offset, isMarked: true);
                offset = Next(from, isMarked: false);
                runs.Add((from, offset));
                left -= offset - from;
            }

            return _base;
        }
    }

    /// <summary>Whether an offset is settled.</summary>
    internal bool IsSettled(long offset)
    {
        lock (_lock)
        {
            Rebase();
            return offset < _base || (offset < End && IsMarked(offset));
        }
    }

    /// <summary>An offset that no settled one lies behind.</summary>
    internal long LastSettledBound
    {
        get
        {
            lock (_lock)
            {
                Rebase();
                return _ahead == 0 ? _base : End;
            }
        }
    }

    private long End => _base + ((long)_settled.Length * WordBits);

    private void Mark(long from, long to)
    {
        Rebase();
        Reserve(to);
        for (long next; from < to; from = next)
        {
            next = Math.Min(to, (from / WordBits * WordBits) + WordBits);
            var bits = Bits(from, next);
            ref var word = ref Word(from);
            _ahead += BitOperations.PopCount(bits & ~word);
            word |= bits;
        }

        // Between the mark and the look at the watermark; see the remarks.
        Interlocked.MemoryBarrier();
    }

    // Moves the watermark over what is marked right behind it, again and again while somebody else moves it too.
    private bool PassMarks()
    {
        for (var moved = false; ;)
        {
            Rebase();
            var passed = _base;
            for (var end = End; _ahead != 0 && passed < end && IsMarked(passed); passed++)
            {
            }

            if (passed == _base)
            {
                return moved;
            }

            moved |= Interlocked.CompareExchange(ref _watermark.Value, passed, _base) == _base;
        }
    }

    // Clears the bits that the watermark has passed, so that they stand for later offsets when the ring comes round to them.
    private void Rebase()
    {
        var watermark = Watermark;
        for (var offset = _base; _ahead != 0 && offset < watermark;)
        {
            var next = Math.Min(watermark, (offset / WordBits * WordBits) + WordBits);
            var bits = Bits(offset, next);
            ref var word = ref Word(offset);
            _ahead -= BitOperations.PopCount(bits & word);
            word &= ~bits;
            offset = next;
        }

        _base = watermark;
    }

    private void Reserve(long to)
    {
        var span = to - _base;
        if (span <= (long)_settled.Length * WordBits)
        {
            return;
        }

        var old = _settled;
        var end = End;
        _settled = new ulong[BitOperations.RoundUpToPowerOf2((ulong)(span + WordBits - 1) / WordBits)];
        for (var offset = _base; offset < end; offset++)
        {
            if ((old[(int)(offset / WordBits) & (old.Length - 1)] & Bits(offset, offset + 1)) != 0)
            {
                Word(offset) |= Bits(offset, offset + 1);
            }
        }
    }

    // The first offset from another on that is marked, or is not; the ring's end where there is none.
    private long Next(long offset, bool isMarked)
    {
        for (var end = End; offset < end; offset = (offset / WordBits * WordBits) + WordBits)
        {
            var word = (isMarked ? Word(offset) : ~Word(offset)) & (ulong.MaxValue << (int)(offset % WordBits));
            if (word != 0)
            {
                return Math.Min(end, (offset / WordBits * WordBits) + BitOperations.TrailingZeroCount(word));
            }
        }

        return Math.Min(offset, End);
    }

    private bool IsMarked(long offset) => (Word(offset) & Bits(offset, offset + 1)) != 0;

    private ref ulong Word(long offset) => ref _settled[(int)(offset / WordBits) & (_settled.Length - 1)];

    // The bits of [from, to), which lie in one word.
    private static ulong Bits(long from, long to) =>
        (ulong.MaxValue >> (WordBits - (int)(to - from))) << (int)(from % WordBits);
}
