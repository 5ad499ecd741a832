namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A <see cref="Sequence{T}"/> whose element type is not said.</summary>
public readonly struct Sequence : IEquatable<Sequence>
{
    private readonly object? _start;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(object? start, int offset, int length)
    {
        _start = start;
        _offset = offset;
        _length = length;
    }

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>The sequence with its element type.</summary>
    /// <exception cref="InvalidCastException">The elements are of another type.</exception>
    public Sequence<T> Cast<T>() => new((SequenceSegment<T>?)_start, _offset, _length);

    /// <inheritdoc />
    public bool Equals(Sequence other) =>
        ReferenceEquals(_start, other._start) && _offset == other._offset && _length == other._length;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Sequence other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_start, _offset, _length);
}
