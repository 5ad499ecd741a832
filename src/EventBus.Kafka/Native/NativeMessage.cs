using System.Runtime.InteropServices;

namespace EventBus.Kafka.Native;

/// <summary><c>rd_kafka_message_t</c>: a record that was read, or a delivery report.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMessage
{
    /// <summary>0, or what the record stands for instead: an error of its partition, or of its delivery.</summary>
    public int Error;
    public nint Topic;
    public int Partition;

    /// <summary>The value; of an error the text.</summary>
    public void* Value;
    public nuint ValueLength;
    public void* Key;
    public nuint KeyLength;
    public long Offset;

    /// <summary>In a delivery report what was given as <see cref="NativeValue.Opaque"/>.</summary>
    public nint State;

    public readonly ReadOnlySpan<byte> ValueBytes => new(Value, checked((int)ValueLength));

    public readonly ReadOnlySpan<byte> KeyBytes => new(Key, checked((int)KeyLength));
}
