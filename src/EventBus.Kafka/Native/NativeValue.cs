using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <summary><c>rd_kafka_vu_t</c>: one of the things that a record to produce is given with.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal unsafe struct NativeValue
{
    [FieldOffset(0)]
    private int _kind;

    [FieldOffset(8)]
    private nint _first;

    [FieldOffset(8)]
    private int _number;

    [FieldOffset(16)]
    private nint _second;

    [FieldOffset(24)]
    private nint _third;

    /// <summary>The topic's handle.</summary>
    public static NativeValue Topic(nint handle) => new() { _kind = 2, _first = handle };

    public static NativeValue Partition(int partition) => new() { _kind = 3, _number = partition };

    /// <summary>The value's bytes, which must not move during the call.</summary>
    public static NativeValue Data(void* bytes, int length) => new() { _kind = 4, _first = (nint)bytes, _second = length };

    public static NativeValue Key(void* bytes, int length) => new() { _kind = 5, _first = (nint)bytes, _second = length };

    /// <summary>What the delivery report has as <see cref="NativeMessage.State"/>.</summary>
    public static NativeValue Opaque(nint state) => new() { _kind = 6, _first = state };

    /// <summary>Copy the data during the call.</summary>
    public static NativeValue Copied() => new() { _kind = 7, _number = 2 };

    /// <summary>Milliseconds since 1970; 0 for the present.</summary>
    public static NativeValue Timestamp(long milliseconds) => new() { _kind = 8, _first = (nint)milliseconds };

    /// <param name="name">Ends with a zero.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="length">How many; -1 for a null.</param>
    public static NativeValue Header(byte* name, void* value, int length) =>
        new() { _kind = 9, _first = (nint)name, _second = (nint)value, _third = length };
}
