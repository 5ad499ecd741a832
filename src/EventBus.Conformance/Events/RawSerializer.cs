using System.Buffers;
using EventBus.Serialization;

namespace EventBus.Conformance.Events;

/// <summary>Writes a <see cref="Blob"/> as its bytes, so that a test decides over every byte of the data, and over none.</summary>
internal sealed class RawSerializer : IEventSerializer
{
    public string ContentType => "application/octet-stream";

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
        where T : notnull => destination.Write(((Blob)(object)value).Data);

    public T Deserialize<T>(ReadOnlyMemory<byte> data)
        where T : notnull => (T)(object)new Blob(data.ToArray());
}
