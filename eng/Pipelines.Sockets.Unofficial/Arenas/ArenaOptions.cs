namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>How large an arena's blocks are, and how many it keeps.</summary>
public class ArenaOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="flags">How the arena treats its memory.</param>
    /// <param name="blockSizeBytes">The size of a block; 0 is the default, 64 KiB.</param>
    /// <param name="retentionPolicy">
    /// From the number of elements kept at the last reset and the number used since, how many to keep now. The default follows
    /// a growing use at once and a shrinking one slowly.
    /// </param>
    public ArenaOptions(
        ArenaFlags flags = ArenaFlags.BlittableNonPaddedSharing,
        int blockSizeBytes = 0,
        Func<long, long, long>? retentionPolicy = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockSizeBytes);
        Flags = flags;
        BlockSizeBytes = blockSizeBytes == 0 ? 64 * 1024 : blockSizeBytes;
        RetentionPolicy = retentionPolicy ?? (static (kept, used) => Math.Max(used, kept - (kept / 10)));
    }

    /// <summary>How the arena treats its memory.</summary>
    public ArenaFlags Flags { get; }

    /// <summary>The size of a block.</summary>
    public int BlockSizeBytes { get; }

    /// <summary>How many elements to keep at a reset.</summary>
    public Func<long, long, long> RetentionPolicy { get; }

    internal static ArenaOptions Default { get; } = new();
}
