using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace EventBus.Serialization;

/// <summary>JSON by System.Text.Json, from type information that was handed over: nothing is found by reflection here.</summary>
internal sealed class JsonEventSerializer(JsonSerializerOptions options) : IEventSerializer
{
    // A writer keeps buffers worth keeping; an event may be serialized on any thread, but on one at a time.
    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public JsonSerializerOptions Options => options;

    public string ContentType => "application/json";

    public void Serialize<T>(T value, IBufferWriter<byte> destination)
        where T : notnull
    {
        var writer = t_writer ??= new Utf8JsonWriter(destination);
        t_writer = null;
        writer.Reset(destination);
        JsonSerializer.Serialize(writer, value, TypeInfo<T>());
        writer.Flush();

        // Not a stream: for that it would make a buffer each time.
        writer.Reset(Nowhere.Instance);
        t_writer = writer;
    }

    public T Deserialize<T>(ReadOnlyMemory<byte> data)
        where T : notnull =>
        JsonSerializer.Deserialize(data.Span, TypeInfo<T>())
        ?? throw new EventBusException($"The data of a {typeof(T).Name} is JSON's null.");

    /// <summary>Reads data as a tree, by the same rules as an event; null where it is JSON but no object.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonObject? ParseObject(ReadOnlyMemory<byte> data) => JsonNode.Parse(
        data.Span,
        new JsonNodeOptions { PropertyNameCaseInsensitive = options.PropertyNameCaseInsensitive },
        new JsonDocumentOptions
        {
            AllowTrailingCommas = options.AllowTrailingCommas,
            CommentHandling = options.ReadCommentHandling,
            MaxDepth = options.MaxDepth,
        }) as JsonObject;

    private JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    /// <summary>Where a writer writes that is kept, so that it keeps nothing of an event's.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        public static Nowhere Instance { get; } = new();

        public void Advance(int count) => throw new NotSupportedException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();
    }
}
