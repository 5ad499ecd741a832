using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.Http;

/// <summary>Writes a value in JSON as it prints, e.g. a position as <c>"user-events/0@42"</c>.</summary>
internal sealed class PrintedJsonConverter<T> : JsonConverter<T>
    where T : struct, IParsable<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Parse(reader.GetString() ?? "", CultureInfo.InvariantCulture);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
