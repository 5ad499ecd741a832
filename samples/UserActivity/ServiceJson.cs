using System.Text.Json.Serialization;
using UserActivity.Events;
using UserActivity.Http;

namespace UserActivity;

/// <summary>All JSON of the service, made at build time: what it answers, and its event as it lies in the topic. A member that is missing or null
/// where it must not be is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ActivityEvent))]
[JsonSerializable(typeof(ActivityEvent[]))]
[JsonSerializable(typeof(PostedEvent))]
[JsonSerializable(typeof(SetAside[]))]
[JsonSerializable(typeof(Accepted))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(Failed))]
[JsonSerializable(typeof(Health))]
internal sealed partial class ServiceJson : JsonSerializerContext;
