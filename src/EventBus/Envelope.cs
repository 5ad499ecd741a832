using System.Buffers;

namespace EventBus;

/// <summary>An event's data with its metadata, under the attribute names of CloudEvents 1.0. Immutable.</summary>
/// <seealso href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md"/>
public readonly struct Envelope
{
    private const int MostKeptBytes = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    // The time in UTC ticks; as its complement, which is negative, where the publisher has just read it off the system's clock.
    private readonly long _time;

    /// <summary>An envelope as a transport decodes it: the data is bytes.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="time">When the event happened.</param>
    /// <param name="metadata">The other attributes. One instance may serve many envelopes.</param>
    /// <param name="data">The data's bytes, which must not change afterwards.</param>
    /// <param name="key">The key, or null.</param>
    public Envelope(EventIdentity id, DateTimeOffset time, EventMetadata metadata, ReadOnlyMemory<byte> data, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Id = id;
        _time = time.UtcTicks;
        Metadata = metadata;
        Data = data;
        Key = key;
    }

    /// <param name="id">The event's id.</param>
    /// <param name="utcTicks">When the event happened.</param>
    /// <param name="metadata">The other attributes.</param>
    /// <param name="value">The event.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="isPresent">Whether the time is the present by the system's clock.</param>
    internal Envelope(
        EventIdentity id, long utcTicks, EventMetadata metadata, object value, string? key, bool isPresent = false)
    {
        Id = id;
        _time = isPresent ? ~utcTicks : utcTicks;
        Metadata = metadata;
        Value = value;
        Key = key;
    }

    private Envelope(in Envelope source, object? value, ReadOnlyMemory<byte> data)
    {
        this = source;
        Value = value;
        Data = data;
    }

    private Envelope(in Envelope source, string? key)
    {
        this = source;
        Key = key;
    }

    // To be stored again, later than at the moment that it happened.
    private Envelope(in Envelope source, EventMetadata metadata)
    {
        this = source;
        _time = source.UtcTicks;
        Metadata = metadata;
    }

    /// <summary>The event's id.</summary>
    public EventIdentity Id { get; }

    /// <summary>The event's contract name, e.g. <c>user.registered</c>.</summary>
    public string Type => Metadata.Type;

    /// <summary>When the event happened, in UTC.</summary>
    public DateTimeOffset Time => new(UtcTicks, TimeSpan.Zero);

    /// <summary>The key that decides the partition and the order; null where order does not matter. CloudEvents' <c>partitionkey</c>.</summary>
    public string? Key { get; }

    /// <summary>The attributes that events may have in common.</summary>
    public EventMetadata Metadata { get; }

    /// <summary>The event itself, where it was passed on by reference or has been decoded; null while the data is bytes.</summary>
    public object? Value { get; }

    /// <summary>The data's bytes as they were received; empty where the event was passed on by reference.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Writes the data's bytes: as they were received or, for an event passed by reference, as its serializer makes them.</summary>
    /// <param name="destination">Where to write.</param>
    public void WriteDataTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (Data.IsEmpty && Value is not null && Metadata.Definition is { } definition)
        {
            definition.Serialize(Value, destination);
        }
        else
        {
            destination.Write(Data.Span);
        }
    }

    internal long UtcTicks => _time < 0 ? ~_time : _time;

    /// <summary>Whether the time was the present when the publisher handed the event over.</summary>
    internal bool IsPresent => _time < 0;

    /// <summary>The same event with its data as bytes, as a broker would hand it on.</summary>
    internal Envelope ToBytes()
    {
        // Taken while it is used: a serializer may serialize another event.
        var buffer = t_buffer ?? new ArrayBufferWriter<byte>();
        t_buffer = null;
        WriteDataTo(buffer);
        var bytes = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity <= MostKeptBytes)
        {
            buffer.ResetWrittenCount();
            t_buffer = buffer;
        }

        return new Envelope(this, null, bytes);
    }

    /// <summary>The same event with its bytes beside its value.</summary>
    internal Envelope WithBytes() => Value is null ? this : new Envelope(this, Value, ToBytes().Data);

    /// <summary>The same event with its value decoded; the bytes stay.</summary>
    internal Envelope WithValue(object value) => new(this, value, Data);

    /// <summary>The same event with another key.</summary>
    internal Envelope WithKey(string? key) => new(this, key);

    /// <summary>The same event with other headers.</summary>
    internal Envelope WithHeaders(IReadOnlyDictionary<string, string> headers) => new(this, Metadata with { Headers = headers });

    /// <summary>The same event under a contract, as bytes; what is its own stays.</summary>
    internal Envelope WithContract(EventMetadata contract, ReadOnlyMemory<byte> data) => new Envelope(this, Metadata with
    {
        Type = contract.Type,
        DataContentType = contract.DataContentType,
        DataSchema = contract.DataSchema,
        Definition = contract.Definition,
    }).WithData(data);

    /// <summary>The same event with other data, as bytes.</summary>
    internal Envelope WithData(ReadOnlyMemory<byte> data) => new(this, null, data);
}
