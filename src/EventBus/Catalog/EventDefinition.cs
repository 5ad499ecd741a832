using System.Buffers;
using EventBus.Serialization;

namespace EventBus.Catalog;

/// <summary>One event type's contract: name, version, topic, key and how it becomes bytes.</summary>
internal abstract class EventDefinition(Type eventType, string name, int version, string topic) : EventReader
{
    public override EventDefinition Definition => this;

    public Type EventType { get; } = eventType;

    public string Name { get; } = name;

    public int Version { get; } = version;

    public string Topic { get; } = topic;

    /// <summary>The metadata of an event that has nothing of its own; shared by all such events.</summary>
    public EventMetadata Metadata { get; private set; } = null!;

    /// <summary>Whether the type declares a key.</summary>
    public abstract bool HasKey { get; }

    public abstract string? KeyOf(object value);

    public abstract void Serialize(object value, IBufferWriter<byte> destination);

    public abstract object Deserialize(ReadOnlyMemory<byte> data);

    /// <summary>Makes the definition ready for use: done once, when the catalogue is built.</summary>
    public virtual void Bind(IEventSerializer serializer, string source) => Metadata = new EventMetadata
    {
        Type = Name,
        Source = source,
        DataContentType = serializer.ContentType,
        DataSchema = EventMetadata.SchemaOf(Name, Version),
        Definition = this,
    };
}

/// <inheritdoc/>
internal sealed class EventDefinition<T>(string name, int version, string topic, Func<T, string?>? key)
    : EventDefinition(typeof(T), name, version, topic)
    where T : notnull
{
    private IEventSerializer? _serializer;

    public override bool HasKey => key is not null;

    public override string? KeyOf(object value) => key?.Invoke((T)value);

    public override void Serialize(object value, IBufferWriter<byte> destination) =>
        _serializer!.Serialize((T)value, destination);

    public override object Decode(in Envelope envelope)
    {
        if (envelope.Value is T)
        {
            return envelope.Value;
        }

        // Passed on by reference, but published under another type with the same contract: the contract is what counts.
        return Deserialize(envelope.Value is null ? envelope.Data : envelope.ToBytes().Data);
    }

    public override object Deserialize(ReadOnlyMemory<byte> data) => _serializer!.Deserialize<T>(data);

    public override void Bind(IEventSerializer serializer, string source)
    {
        _serializer = serializer;
        base.Bind(serializer, source);
    }
}
