using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>
/// Hands out sequences from blocks that it uses again and again: <see cref="Reset"/> takes all of them back at once. For one
/// thread at a time; a sequence must not be touched after the reset.
/// </summary>
public sealed class Arena<T> : IDisposable
{
    private readonly Allocator<T> _allocator;
    private readonly ArenaOptions _options;
    private readonly int _blockLength;
    private SequenceSegment<T>? _first;
    private SequenceSegment<T>? _current;
    private int _usedOfCurrent;
    private long _used;
    private long _kept;
    private bool _disposed;

    /// <summary>Creates an arena; it allocates when it is first asked for something.</summary>
    public Arena(ArenaOptions? options = null, Allocator<T>? allocator = null)
    {
        _options = options ?? ArenaOptions.Default;
        _allocator = allocator
            ?? new ArrayAllocator<T>((_options.Flags & (ArenaFlags.PreferPinned | ArenaFlags.PreferUnmanaged)) != 0);
        _blockLength = Math.Max(1, _options.BlockSizeBytes / Unsafe.SizeOf<T>());
    }

    /// <summary>Hands out a sequence of this many elements. What they hold is left from earlier use, or the default.</summary>
    public Sequence<T> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (length == 0)
        {
            return default;
        }

        _current ??= _first ??= NewBlock();
        if (_usedOfCurrent == _current.Length)
        {
            GoToNextBlock();
        }

        var start = _current;
        var offset = _usedOfCurrent;
        var missing = length;
        while (missing > _current.Length - _usedOfCurrent)
        {
            missing -= _current.Length - _usedOfCurrent;
            GoToNextBlock();
        }

        _usedOfCurrent += missing;
        _used += length;
        return new Sequence<T>(start, offset, length);
    }

    /// <summary>Takes back all that was handed out.</summary>
    public void Reset()
    {
        if (_used == 0)
        {
            return;
        }

        var keep = _options.RetentionPolicy(_kept, _used);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || _options.Flags.HasFlag(ArenaFlags.ClearAtReset))
        {
            Clear(_used);
        }

        _kept = Trim(keep);
        _current = _first;
        _usedOfCurrent = 0;
        _used = 0;
    }

    /// <summary>Takes back all that was handed out, and gives the memory back.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || _options.Flags.HasFlag(ArenaFlags.ClearAtDispose))
        {
            Clear(long.MaxValue);
        }

        Trim(0);
        _current = null;
    }

    private SequenceSegment<T> NewBlock()
    {
        var owner = _allocator.Allocate(_blockLength);
        return new SequenceSegment<T>(owner.Memory, owner);
    }

    private void GoToNextBlock()
    {
        _current = _current!.Next ??= NewBlock();
        _usedOfCurrent = 0;
    }

    private void Clear(long count)
    {
        for (var block = _first; block is not null && count > 0; block = block.Next)
        {
            var span = block.Span;
            span[..(int)Math.Min(count, span.Length)].Clear();
            count -= span.Length;
        }
    }

    /// <summary>Lets go of the blocks behind this many elements.</summary>
    /// <returns>How many elements the rest holds.</returns>
    private long Trim(long keep)
    {
        long held = 0;
        SequenceSegment<T>? last = null;
        var block = _first;
        while (block is not null && held < keep)
        {
            held += block.Length;
            last = block;
            block = block.Next;
        }

        if (last is null)
        {
            _first = null;
        }
        else
        {
            last.Next = null;
        }

        for (; block is not null; block = block.Next)
        {
            block.Release();
        }

        return held;
    }
}
