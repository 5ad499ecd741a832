using System.Text.Json.Serialization;

namespace EventBus.TrimApp;

internal sealed record UserRegistered(string UserId, string Email);

[JsonSerializable(typeof(UserRegistered))]
internal sealed partial class TrimAppJson : JsonSerializerContext;
