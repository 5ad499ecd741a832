using System.Runtime.InteropServices;

namespace EventBus.Transports;

/// <summary>
/// A number with cache lines of its own: written by one core and read by another at each event, it would slow down whatever shares
/// its line.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedLong(long value)
{
    [FieldOffset(128)]
    public long Value = value;
}
