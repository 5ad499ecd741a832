using System.Buffers;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Gives an arena its blocks of memory.</summary>
public abstract class Allocator<T>
{
    /// <summary>Allocates a block of at least this many elements; disposing the owner gives it back.</summary>
    public abstract IMemoryOwner<T> Allocate(int length);
}

/// <summary>Blocks that are arrays, pinned where that was preferred and the elements can be.</summary>
internal sealed class ArrayAllocator<T>(bool pinned) : Allocator<T>
{
    public override IMemoryOwner<T> Allocate(int length) =>
        new ArrayOwner(
            pinned && !RuntimeHelpers.IsReferenceOrContainsReferences<T>()
                ? GC.AllocateUninitializedArray<T>(length, pinned: true)
                : new T[length]);

    private sealed class ArrayOwner(T[] array) : IMemoryOwner<T>
    {
        public Memory<T> Memory => array;

        public void Dispose()
        {
            // The garbage collector takes an array back when the last sequence over it is gone.
        }
    }
}
