using System.Buffers;
using EventBus.Serialization;

namespace EventBus.Benchmarks.Races;

/// <summary>An event that is bytes already.</summary>
internal sealed record BytesEvent(ReadOnlyMemory<byte> Data, string? Key = null) : IBytesEvent;

/// <summary>Passes the bytes of a <see cref="BytesEvent"/> on.</summary>
internal sealed class BytesSerializer : IEventSerializer
{
    public string ContentType => "application/octet-stream";

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
        where T : notnull => destination.Write(((IBytesEvent)value).Data.Span);

    public T Deserialize<T>(ReadOnlyMemory<byte> data)
        where T : notnull => (T)(object)new BytesEvent(data);
}
