using System.Runtime.CompilerServices;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Records;

/// <summary>The headers that all events of a contract and a publisher have in common, ready to be handed to the library.</summary>
internal sealed unsafe class ContractHeaders
{
    public const int Most = 5;

    // Keeps the memory that the values point to.
    private readonly List<byte[]> _texts = [];
    private readonly NativeValue[] _values;

    public ContractHeaders(EventMetadata metadata)
    {
        var values = new List<NativeValue>(Most);
        Add(values, "ce_specversion"u8, "1.0");
        Add(values, "ce_type"u8, metadata.Type);
        Add(values, "ce_source"u8, metadata.Source);
        Add(values, "ce_dataschema"u8, metadata.DataSchema);
        Add(values, "content-type"u8, metadata.DataContentType);
        _values = [.. values];
    }

    /// <summary>How many there are.</summary>
    public int Count => _values.Length;

    /// <summary>Puts the headers into a list of values.</summary>
    public void CopyTo(NativeValue* values) => _values.CopyTo(new Span<NativeValue>(values, _values.Length));

    private void Add(List<NativeValue> values, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            var length = System.Text.Encoding.UTF8.GetByteCount(value);
            var text = GC.AllocateUninitializedArray<byte>(length + 1, pinned: true);
            System.Text.Encoding.UTF8.GetBytes(value, text);
            _texts.Add(text);
            values.Add(NativeValue.Header(HeaderName.Of(name), Unsafe.AsPointer(ref text[0]), length));
        }
    }
}

/// <summary>The names of headers as the library wants them.</summary>
internal static unsafe class HeaderName
{
    /// <param name="literal">A UTF-8 literal, which does not move and has a zero behind it.</param>
    public static byte* Of(ReadOnlySpan<byte> literal) =>
        (byte*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(literal));
}
