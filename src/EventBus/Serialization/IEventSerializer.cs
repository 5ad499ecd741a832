using System.Buffers;

namespace EventBus.Serialization;

/// <summary>Turns events into bytes and back. One object a bus, used from any thread.</summary>
public interface IEventSerializer
{
    /// <summary>The media type of what <see cref="Serialize"/> writes, e.g. <c>application/json</c>.</summary>
    string ContentType { get; }

    /// <summary>Writes an event.</summary>
    void Serialize<T>(T value, IBufferWriter<byte> destination)
        where T : notnull;

    /// <summary>Reads an event.</summary>
    /// <exception cref="EventBusException">The bytes are not such an event; any other exception is taken so too.</exception>
    T Deserialize<T>(ReadOnlyMemory<byte> data)
        where T : notnull;
}
