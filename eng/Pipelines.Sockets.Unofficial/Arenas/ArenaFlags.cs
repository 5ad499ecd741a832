namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>How an arena treats its memory.</summary>
[Flags]
public enum ArenaFlags
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Wipe what was handed out at each reset. Elements that hold references are wiped in any case.</summary>
    ClearAtReset = 1,

    /// <summary>Wipe everything at disposal. Elements that hold references are wiped in any case.</summary>
    ClearAtDispose = 2,

    /// <summary>Prefer memory that the garbage collector does not move; here that is pinned memory.</summary>
    PreferUnmanaged = 4,

    /// <summary>Prefer pinned memory.</summary>
    PreferPinned = 8,

    /// <summary>Lets element types without padding share memory; an arena of one type has nothing to share.</summary>
    BlittableNonPaddedSharing = 16,

    /// <summary>Lets element types with padding share memory; an arena of one type has nothing to share.</summary>
    BlittablePaddedSharing = 32,
}
