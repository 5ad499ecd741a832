using System.Text.Json.Serialization;

namespace EventBus.Shared.Processes;

[JsonSerializable(typeof(Counted))]
[JsonSerializable(typeof(Turned))]
[JsonSerializable(typeof(ProcessSettings))]
internal sealed partial class ProcessJson : JsonSerializerContext;
