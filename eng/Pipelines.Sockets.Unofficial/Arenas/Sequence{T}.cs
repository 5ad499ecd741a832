namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Elements in one or more blocks of memory, reached by reference.</summary>
public readonly struct Sequence<T>
{
    private readonly SequenceSegment<T>? _start;
    private readonly int _offset;
    private readonly int _length;

    /// <summary>A sequence over memory.</summary>
    public Sequence(Memory<T> memory)
        : this(new SequenceSegment<T>(memory), 0, memory.Length)
    {
    }

    /// <summary>A sequence over an array.</summary>
    public Sequence(T[] array)
        : this(new Memory<T>(array))
    {
    }

    /// <summary>A sequence over a part of an array.</summary>
    public Sequence(T[] array, int offset, int length)
        : this(new Memory<T>(array, offset, length))
    {
    }

    internal Sequence(SequenceSegment<T>? start, int offset, int length)
    {
        _start = start;
        _offset = offset;
        _length = length;
    }

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Whether all elements stand in one block.</summary>
    public bool IsSingleSegment => _length == 0 || _length <= _start!.Length - _offset;

    /// <summary>The elements in the first block.</summary>
    public Span<T> FirstSpan =>
        _length == 0 ? default : _start!.Span.Slice(_offset, Math.Min(_length, _start.Length - _offset));

    /// <summary>The elements block by block.</summary>
    public SpanEnumerable Spans => new(this);

    /// <summary>The element at an index.</summary>
    /// <exception cref="IndexOutOfRangeException">The index is outside of the sequence.</exception>
    public ref T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_length)
            {
                throw new IndexOutOfRangeException();
            }

            var segment = _start!;
            var position = _offset + (long)index;
            while (position >= segment.Length)
            {
                position -= segment.Length;
                segment = segment.Next!;
            }

            return ref segment.Span[(int)position];
        }
    }

    /// <summary>The sequence without its element type.</summary>
    public Sequence Untyped() => new(_start, _offset, _length);

    /// <summary>Starts before the first element.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>A walk over the elements.</summary>
    public ref struct Enumerator
    {
        private SpanEnumerator _spans;
        private Span<T> _span;
        private int _index;

        internal Enumerator(Sequence<T> sequence)
        {
            _spans = new SpanEnumerator(sequence);
            _index = -1;
        }

        /// <summary>The element that the walk stands at.</summary>
        public readonly ref T Current => ref _span[_index];

        /// <summary>Goes to the next element; false after the last.</summary>
        public bool MoveNext()
        {
            if (++_index < _span.Length)
            {
                return true;
            }

            if (!_spans.MoveNext())
            {
                _index = _span.Length;
                return false;
            }

            _span = _spans.Current;
            _index = 0;
            return true;
        }

        /// <summary>Goes to the next element and gives it.</summary>
        /// <exception cref="IndexOutOfRangeException">There is no next element.</exception>
        public ref T GetNext()
        {
            if (!MoveNext())
            {
                throw new IndexOutOfRangeException();
            }

            return ref Current;
        }
    }

    /// <summary>The blocks of a sequence.</summary>
    public readonly ref struct SpanEnumerable
    {
        private readonly Sequence<T> _sequence;

        internal SpanEnumerable(Sequence<T> sequence)
        {
            _sequence = sequence;
        }

        /// <summary>Starts before the first block.</summary>
        public SpanEnumerator GetEnumerator() => new(_sequence);
    }

    /// <summary>A walk over the blocks of a sequence.</summary>
    public ref struct SpanEnumerator
    {
        private SequenceSegment<T>? _next;
        private int _offset;
        private int _remaining;

        internal SpanEnumerator(Sequence<T> sequence)
        {
            _next = sequence._start;
            _offset = sequence._offset;
            _remaining = sequence._length;
        }

        /// <summary>The elements in the block that the walk stands at.</summary>
        public Span<T> Current { get; private set; }

        /// <summary>Goes to the next block; false after the last.</summary>
        public bool MoveNext()
        {
            if (_remaining == 0)
            {
                Current = default;
                return false;
            }

            var count = Math.Min(_remaining, _next!.Length - _offset);
            Current = _next.Span.Slice(_offset, count);
            _remaining -= count;
            _next = _next.Next;
            _offset = 0;
            return true;
        }
    }
}
