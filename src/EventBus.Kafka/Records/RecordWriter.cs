using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using EventBus.Catalog;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Records;

/// <summary>
/// Hands envelopes to the library as records, in the binary mode of CloudEvents. What all events of a contract have in common is written once. For any
/// thread.
/// </summary>
internal sealed unsafe class RecordWriter
{
    // Topic, partition, state, flags, value, key; and of the attributes id, time, subject, traceparent, tracestate, causationid.
    private const int MostOwnValues = 12;
    private const int StackLimit = 32;
    private const int GuidLength = 36;
    private const int TimeLength = 28;

    [ThreadStatic]
    private static RecordBuffer? t_buffer;

    private readonly ConcurrentDictionary<EventDefinition, ContractHeaders> _contracts = new();

    /// <summary>Hands over one event. The library copies it during the call.</summary>
    /// <param name="client">The producer.</param>
    /// <param name="topic">The topic's handle.</param>
    /// <param name="partition">Its partition; -1 for that of its key, or any where it has none.</param>
    /// <param name="envelope">The event.</param>
    /// <param name="state">What its delivery report tells.</param>
    /// <returns>What the library says: the event is handed over only where it is <see cref="ErrorCode.NoError"/>.</returns>
    [SkipLocalsInit]
    public ErrorCode Produce(nint client, nint topic, int partition, in Envelope envelope, nint state)
    {
        var metadata = envelope.Metadata;
        var buffer = t_buffer ??= new RecordBuffer();
        buffer.Clear();
        envelope.WriteDataTo(buffer);
        var dataLength = buffer.Used;
        buffer.Reserve(MostBytes(in envelope));

        // From here on the buffer does not move.
        var room = MostOwnValues + ContractHeaders.Most + metadata.Headers.Count;
        var onStack = stackalloc NativeValue[StackLimit];
        fixed (NativeValue* onHeap = room > StackLimit ? new NativeValue[room] : null)
        {
            var values = onHeap is null ? onStack : onHeap;
            var count = 0;
            values[count++] = NativeValue.Topic(topic);
            values[count++] = NativeValue.Partition(partition);
            values[count++] = NativeValue.Opaque(state);
            values[count++] = NativeValue.Copied();
            values[count++] = NativeValue.Data(buffer.Start, dataLength);
            if (envelope.Key is { } key)
            {
                var start = buffer.End;
                values[count++] = NativeValue.Key(start, buffer.Write(key));
            }

            var contract = HeadersOf(metadata);
            contract.CopyTo(values + count);
            count += contract.Count;
            values[count++] = Id("ce_id"u8, envelope.Id, buffer);
            values[count++] = Time(envelope.Time, buffer);
            AddOptional("ce_subject"u8, metadata.Subject, buffer, values, ref count);
            AddOptional("ce_traceparent"u8, metadata.TraceParent, buffer, values, ref count);
            AddOptional("ce_tracestate"u8, metadata.TraceState, buffer, values, ref count);
            if (metadata.CausationId is { } cause)
            {
                values[count++] = Id("ce_causationid"u8, cause, buffer);
            }

            if (metadata.Headers.Count > 0)
            {
                AddOwn(metadata.Headers, buffer, values, ref count);
            }

            var code = Produce(client, values, count);
            GC.KeepAlive(contract);
            return code;
        }
    }

    private static ErrorCode Produce(nint client, NativeValue* values, int count)
    {
        var error = Librdkafka.Produce(client, values, (nuint)count);
        if (error == 0)
        {
            return ErrorCode.NoError;
        }

        var code = (ErrorCode)Librdkafka.CodeOf(error);
        Librdkafka.DestroyError(error);
        return code;
    }

    // All that is written behind the data.
    private static int MostBytes(in Envelope envelope)
    {
        var metadata = envelope.Metadata;
        var bytes = TimeLength + MostBytes(envelope.Key) + MostBytes(envelope.Id) + MostBytes(metadata.Subject) + MostBytes(metadata.TraceParent)
            + MostBytes(metadata.TraceState) + (metadata.CausationId is { } cause ? MostBytes(cause) : 0);
        if (metadata.Headers.Count > 0)
        {
            foreach (var (name, value) in metadata.Headers)
            {
                bytes += MostBytes(name) + RecordHeaders.Escape.Length + 1 + MostBytes(value);
            }
        }

        return bytes;
    }

    private static int MostBytes(string? text) => text is null ? 0 : Encoding.UTF8.GetMaxByteCount(text.Length);

    private static int MostBytes(EventIdentity id) => id.TryGetGuid(out _) ? GuidLength : MostBytes(id.ToString(null, null));

    private static NativeValue Id(ReadOnlySpan<byte> name, EventIdentity id, RecordBuffer buffer)
    {
        var start = buffer.End;
        if (!id.TryGetGuid(out var guid))
        {
            return NativeValue.Header(HeaderName.Of(name), start, buffer.Write(id.ToString(null, null)));
        }

        guid.TryFormat(buffer.GetSpan(GuidLength), out var length);
        buffer.Advance(length);
        return NativeValue.Header(HeaderName.Of(name), start, length);
    }

    private static NativeValue Time(DateTimeOffset time, RecordBuffer buffer)
    {
        var start = buffer.End;
        time.UtcDateTime.TryFormat(buffer.GetSpan(TimeLength), out var length, "O", null);
        buffer.Advance(length);
        return NativeValue.Header(HeaderName.Of("ce_time"u8), start, length);
    }

    private static void AddOptional(ReadOnlySpan<byte> name, string? value, RecordBuffer buffer, NativeValue* values, ref int count)
    {
        if (value is not null)
        {
            var start = buffer.End;
            values[count++] = NativeValue.Header(HeaderName.Of(name), start, buffer.Write(value));
        }
    }

    private static void AddOwn(IReadOnlyDictionary<string, string> headers, RecordBuffer buffer, NativeValue* values, ref int count)
    {
        foreach (var (name, value) in headers)
        {
            if (name.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException($"Kafka cannot have a header '{name}': its name has a zero in it.", nameof(headers));
            }

            var nameStart = buffer.End;
            buffer.Write(RecordHeaders.ToRecord(name));
            buffer.WriteZero();
            var start = buffer.End;
            values[count++] = NativeValue.Header(nameStart, start, buffer.Write(value));
        }
    }

    private ContractHeaders HeadersOf(EventMetadata metadata)
    {
        // An event that came from elsewhere may have the contract and another source.
        if (metadata.Definition is not { } definition || !ReferenceEquals(metadata.Source, definition.Metadata.Source)
            || !ReferenceEquals(metadata.Type, definition.Metadata.Type) || !ReferenceEquals(metadata.DataSchema, definition.Metadata.DataSchema)
            || !ReferenceEquals(metadata.DataContentType, definition.Metadata.DataContentType))
        {
            return new ContractHeaders(metadata);
        }

        return _contracts.TryGetValue(definition, out var known)
            ? known
            : _contracts.GetOrAdd(definition, static definition => new ContractHeaders(definition.Metadata));
    }
}
