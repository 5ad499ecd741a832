using System.Buffers;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A block of memory that a sequence can start in, and the block that it goes on in.</summary>
internal sealed class SequenceSegment<T>(Memory<T> memory, IMemoryOwner<T>? owner = null)
{
    public int Length { get; } = memory.Length;

    public SequenceSegment<T>? Next { get; set; }

    public Span<T> Span => memory.Span;

    public void Release() => owner?.Dispose();
}
