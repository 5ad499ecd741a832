using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventBus.Benchmarks.Redis.Ours;

/// <summary>An event that becomes JSON.</summary>
internal sealed record JsonEvent(Guid UserId, string Text);

[JsonSerializable(typeof(JsonEvent))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class BenchJson : JsonSerializerContext
{
    public static int SizeOf(JsonEvent value) => JsonSerializer.SerializeToUtf8Bytes(value, Default.JsonEvent).Length;
}
